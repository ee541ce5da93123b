// Everything comes from this server: no validator and no font of anybody else's is asked.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  // A token is forgotten with the page: who opens it next is somebody else.
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
