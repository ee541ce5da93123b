// What opens beside the conversation or, where it is narrow, over it: the sidebar and the panel.

const narrow = matchMedia("(max-width: 760px)");
const shade = document.getElementById("shade");
let drawerButton = null;
let panelButton = null;

export function toggleSide(id, button) {
  const isOpen = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(isOpen));
  if (id === "sidebar") showDrawer(isOpen, button);
  else showPanel(isOpen, button);
  if (isOpen) document.getElementById(id).querySelector("button, [href]")?.focus();
}

function showDrawer(isOpen, button) {
  drawerButton = button;
  document.getElementById("sidebar").classList.toggle("open", isOpen);
  shade.hidden = !isOpen;
}

function showPanel(isOpen, button) {
  panelButton = button;
  document.getElementById("panel").hidden = !isOpen;
}

/** Whoever chose a place in the drawer is to see it, also where the panel lies over it. */
export function closeWhatIsOver() {
  closeDrawer();
  if (!narrow.matches || panelButton?.getAttribute("aria-expanded") !== "true") return;
  showPanel(false, panelButton);
  panelButton.setAttribute("aria-expanded", "false");
}

function closeDrawer() {
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
