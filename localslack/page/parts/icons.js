// The page's own line drawings, on a field of 20 by 20, in the colour of the text around them.

import { make } from "./make.js";

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  back: "M12 4l-6 6 6 6 M6 10h10",
  bolt: "M11 2.500 4.500 11.500H10L9 17.500l6.500-9H10z",
  check: "M4 10.500l4 4 8-9",
  chevron: "M5 8l5 5 5-5",
  close: "M5 5l10 10 M15 5L5 15",
  copy: "M8.500 11.500a3 3 0 0 0 4.300 0l3-3a3 3 0 0 0-4.300-4.300l-1 1 M11.500 8.500a3 3 0 0 0-4.300 0l-3 3a3 3 0 0 0 4.300 4.300l1-1",
  dots: "M4 10h.01 M10 10h.01 M16 10h.01",
  eye: "M1.500 10S4.500 4.500 10 4.500 18.500 10 18.500 10 15.500 15.500 10 15.500 1.500 10 1.500 10z M10 7.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 1 0 0-5z",
  file: "M5 2.500h7l3.500 3.500v11.500H5z M12 2.500V6h3.500",
  hash: "M8 3L6 17 M14 3l-2 14 M3.500 7.500h14 M2.500 12.500h14",
  heart: "M10 16.500S3 12 3 7.500A3.500 3.500 0 0 1 10 6a3.500 3.500 0 0 1 7 1.500C17 12 10 16.500 10 16.500z",
  home: "M3 9.500 10 3.500l7 6 M5 8.500V16.500h10V8.500 M8.500 16.500V12h3v4.500",
  inbound: "M16 10H4 M9 5l-5 5 5 5",
  leaving: "M8 5H5v10h10v-3 M11 4h5v5 M16 4l-7 7",
  lifebuoy: "M10 2.500a7.500 7.500 0 1 0 0 15a7.500 7.500 0 1 0 0-15z M10 7a3 3 0 1 0 0 6a3 3 0 1 0 0-6z M4.700 4.700l3.200 3.200 M12.100 12.100l3.200 3.200 M15.300 4.700l-3.200 3.200 M7.900 12.100l-3.200 3.200",
  lock: "M5 9.500h10v7.500H5z M7 9.500V6.500a3 3 0 0 1 6 0v3",
  menu: "M3 5.500h14 M3 10h14 M3 14.500h14",
  message: "M3 4.500h14v9.500H9l-4 3.500V14H3z",
  moon: "M15.500 12.500A6.500 6.500 0 0 1 7.500 4.500a6.500 6.500 0 1 0 8 8z",
  more: "M10 4.500v.01 M10 10v.01 M10 15.500v.01",
  outbound: "M4 10h12 M11 5l5 5-5 5",
  paperclip: "M14.500 9.500l-5 5a3.200 3.200 0 0 1-4.600-4.600l6-6a2.200 2.200 0 0 1 3.100 3.100l-5.700 5.700a1 1 0 0 1-1.500-1.500l4.700-4.700",
  pen: "M4 16l.8-3.500L13 4.300l2.700 2.700-8.200 8.200z M11.500 5.800l2.700 2.700",
  people: "M7.500 9.500a3 3 0 1 0 0-6a3 3 0 1 0 0 6z M2 16.500c0-3 2.500-4.500 5.500-4.500s5.500 1.500 5.500 4.500 M13 4a3 3 0 0 1 0 5.500 M15 12.300c1.800.6 3 2 3 4.200",
  picture: "M3 4h14v12H3z M3 14l4-5 3 3.500 2.500-2.500 4.500 5 M13.500 7.500h.01",
  pulse: "M2 10.500h4l2-6 4 11 2-5h4",
  send: "M3.500 4l13.500 6-13.500 6 1.500-6z M5 10h6",
  smile: "M10 2.500a7.500 7.500 0 1 0 0 15a7.500 7.500 0 1 0 0-15z M7 8v.01 M13 8v.01 M6.500 11.500c1.500 3 5.500 3 7 0",
  sun: "M10 6.500a3.500 3.500 0 1 0 0 7a3.500 3.500 0 1 0 0-7z M10 1.500v2 M10 16.500v2 M1.500 10h2 M16.500 10h2 M4 4l1.400 1.400 M14.600 14.600 16 16 M16 4l-1.400 1.400 M5.400 14.600 4 16",
  thread: "M3 4h14v9H10l-4 3.500V13H3z M6.500 7.200h7 M6.500 9.800h4.500",
  trash: "M4 5.500h12 M8 5V3h4v2 M5.500 5.500l.8 11.500h7.400l.8-11.500",
  video: "M3 4h14v12H3z M8.500 7.500v5l4-2.500z",
};

/** A drawing; it stands beside words or on a labelled button, so it is hidden from screen readers. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

/** A button that shows a drawing, or what the caller puts in it. */
export function iconButton(label, drawing, click) {
  const attributes = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return make("button", { ...attributes, on: { click } }, drawing ? icon(drawing) : null);
}
