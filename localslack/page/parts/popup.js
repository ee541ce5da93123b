// Lists and panels that open beside what was pressed, above everything else, also inside a dialog.

const GAP = 4;
const EDGE = 8;
const LEAST_HEIGHT = 96;

/** Shows `popup` (it has the attribute popover=manual) below its anchor, or above for want of room. */
export function openPopup(popup, anchor, { close, alignEnd = false, minWidth = 0 }) {
  if (!popup.matches(":popover-open")) popup.showPopover();
  const place = () => settle(popup, anchor, alignEnd, minWidth);
  const outside = ({ target }) => {
    if (!popup.contains(target) && !anchor.contains(target)) close();
  };
  place();
  addEventListener("resize", place);
  document.addEventListener("scroll", place, true);
  document.addEventListener("pointerdown", outside, true);
  return {
    place,
    end() {
      removeEventListener("resize", place);
      document.removeEventListener("scroll", place, true);
      document.removeEventListener("pointerdown", outside, true);
      if (popup.isConnected && popup.matches(":popover-open")) popup.hidePopover();
    },
  };
}

function settle(popup, anchor, alignEnd, minWidth) {
  const box = anchor.getBoundingClientRect();
  const below = innerHeight - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  popup.style.minWidth = `${Math.min(Math.max(box.width, minWidth), innerWidth - 2 * EDGE)}px`;
  popup.style.setProperty("--room", `${Math.max(below, above, LEAST_HEIGHT)}px`);
  const { width, height } = popup.getBoundingClientRect();
  const up = height > below && above > below;
  const left = alignEnd ? box.right - width : box.left;
  popup.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  popup.style.top = `${up ? box.top - GAP - height : box.bottom + GAP}px`;
}
