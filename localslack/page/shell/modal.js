// The stack of modals, kept in step with what the server says is open.

import { renderBlocks } from "../blocks/blocks.js";
import { forgetGone, forgetView } from "../fields/kept.js";
import { make } from "../parts/make.js";
import { contextOf, ModalView } from "./modal_view.js";

let dialog = null;
let focusedBefore = null;
let panels = [];
let told = [];
const dismissed = new Set();

/**
 * Shows the last of `views`; those beneath it keep what was typed into them. `isAnew`: the local
 * Slack forgot what was open; it stays until the person who filled it in closes it.
 */
export function showViews(views, context, { isAnew = false } = {}) {
  told = views;
  if (isAnew) for (const panel of panels) panel.lose();
  const lost = panels.filter((panel) => panel.isLost && panel.context.me === context.me);
  const open = views.filter((view) => !dismissed.has(view.id));
  const stays = (panel) => lost.includes(panel) || open.some((view) => view.id === panel.id);
  for (const gone of panels.filter((panel) => !stays(panel))) drop(gone);
  const shown = open.map((view) => {
    const panel = panels.find(({ id, isLost }) => id === view.id && !isLost);
    return panel?.update(view, context) ?? opened(view, context);
  });
  panels = [...lost, ...shown];
  if (panels.length) show();
  else hide();
}

/** The app's Home tab. */
export function renderHome(view, context) {
  const blocks = view?.blocks ?? [];
  forgetGone(view?.id, blocks);
  const inside = blocks.length
    ? renderBlocks(blocks, contextOf(view, context))
    : make("p", { class: "home-empty" }, "The app has not put anything here yet.");
  return make("div", { class: "home-view" }, inside);
}

function opened(view, context) {
  return new ModalView(view, context, {
    close: () => dismiss([panels.at(-1)], false, context),
    closeAll: () => dismiss(panels, true, context),
  });
}

// Closes at once and tells the server; if it will not have it, what it last told shows again.
async function dismiss(closing, cleared, context) {
  const top = panels.at(-1);
  if (!top) return;
  const ids = closing.filter(({ isLost }) => !isLost).map(({ id }) => id);
  for (const id of ids) dismissed.add(id);
  for (const lost of closing.filter(({ isLost }) => isLost)) drop(lost);
  panels = panels.filter((panel) => !(panel.isLost && closing.includes(panel)));
  showViews(told, context);
  if (!ids.length) return;
  const answer = await context.post("close", { view_id: top.id, cleared, quiet: true });
  if (answer.ok) return;
  for (const id of ids) dismissed.delete(id);
  showViews(told, context);
  panels.at(-1)?.complain(answer.error);
}

function show() {
  if (!dialog) {
    focusedBefore = document.activeElement;
    dialog = make("dialog", { class: "modal", on: { keydown, cancel } });
    document.body.append(dialog);
  }
  const top = panels.at(-1);
  const shown = panels.find(({ node }) => node.parentNode === dialog);
  const fresh = shown !== top;
  if (fresh) {
    shown?.leave();
    dialog.replaceChildren(top.node);
  }
  top.stacked(panels.length > 1);
  dialog.setAttribute("aria-labelledby", top.titleId);
  if (!dialog.open) dialog.showModal();
  if (fresh) top.focus();
}

function hide() {
  if (!dialog) return;
  dialog.close();
  dialog.remove();
  dialog = null;
  if (focusedBefore?.isConnected) focusedBefore.focus();
  focusedBefore = null;
}

function drop(panel) {
  panel.node.remove();
  forgetView(panel.id);
}

function cancel(event) {
  event.preventDefault();
  panels.at(-1).closeAll();
}

function keydown(event) {
  if (event.key === "Escape") cancel(event);
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    panels.at(-1).submit();
  }
}
