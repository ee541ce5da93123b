// Keeps the keyboard where it was while what it is in gets rendered afresh.

const FOCUSABLE = "input, textarea, select, button, a[href], [contenteditable], [tabindex]";

/** Runs `render`, which replaces what is in `root`; the same element has the focus afterwards. */
export function keepingFocus(root, render) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && placeOf(focused, root);
  const { selectionStart, selectionEnd } = focused ?? {};
  render();
  const again = place && found(place, root);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (typeof selectionStart === "number" && again.setSelectionRange) {
    again.setSelectionRange(selectionStart, selectionEnd);
  }
}

function placeOf(node, root) {
  const block = node.closest("[data-block-id]");
  const action = node.closest("[data-action-id]");
  const within = action ?? block ?? root;
  return {
    block: block?.dataset.blockId,
    action: action?.dataset.actionId,
    number: [within, ...within.querySelectorAll(FOCUSABLE)].indexOf(node),
  };
}

function found({ block, action, number }, root) {
  const blockNode = block ? root.querySelector(`[data-block-id="${CSS.escape(block)}"]`) : root;
  const within = action ? blockNode?.querySelector(`[data-action-id="${CSS.escape(action)}"]`) : blockNode;
  return within && [within, ...within.querySelectorAll(FOCUSABLE)][number];
}
