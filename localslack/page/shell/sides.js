// What opens beside the conversation or, where it is narrow, over it: the sidebar and the panel.

const narrow = matchMedia("(max-width: 760px)");
const shade = document.getElementById("shade");
let drawerButton = null;

export function toggleSide(id, button) {
  const isOpen = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(isOpen));
  if (id === "sidebar") showDrawer(isOpen, button);
  else document.getElementById(id).hidden = !isOpen;
  if (isOpen) document.getElementById(id).querySelector("button, [href]")?.focus();
}

function showDrawer(isOpen, button) {
  drawerButton = button;
  document.getElementById("sidebar").classList.toggle("open", isOpen);
  shade.hidden = !isOpen;
}

export function closeDrawer() {
  if (!drawerButton) return;
  showDrawer(false, drawerButton);
  drawerButton.setAttribute("aria-expanded", "false");
}

shade.addEventListener("click", closeDrawer);
narrow.addEventListener("change", closeDrawer);
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || shade.hidden) return;
  closeDrawer();
  drawerButton.focus();
});
