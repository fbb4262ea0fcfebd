/** One message as elements: what an item of each kind looks like. */

import { render } from "./markdown.js";
import { bytes, known, language, t } from "./strings.js";

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });

export function make(name, className = "", content = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (content) element.textContent = content;
  return element;
}

/** One of the icons that the page holds. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function button(text, pressed) {
  const element = make("button", "", text);
  element.type = "button";
  element.addEventListener("click", pressed);
  return element;
}

/** The speaker's name for those who do not see the side on which a bubble stands. */
const speaker = (name) => make("span", "unseen", `${name}: `);

function bubble(text, by) {
  const box = make("div", by === "bot" ? "bubble rich" : "bubble");
  box.dir = "auto";
  if (by === "bot") box.append(render(text));
  else box.textContent = text;
  return box;
}

/** A text that is still being written. */
export function partial(text) {
  const box = bubble(text, "bot");
  box.classList.add("writing");
  box.setAttribute("aria-busy", "true");
  return box;
}

const kinds = {
  text(item) {
    if (!item.print) return [bubble(item.text, item.by)];
    const lines = make("div", "bubble printed", item.text || " ");
    // What scrolls sideways must be reachable with the keyboard.
    lines.tabIndex = 0;
    return [lines];
  },
  image(item, url) {
    const link = make("a", "media");
    const image = new Image();
    image.src = url;
    image.alt = item.caption || item.name || "";
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.append(image);
    return [link, ...caption(item)];
  },
  audio: (item, url) => [player("audio", item, url), ...caption(item)],
  video: (item, url) => [player("video", item, url), ...caption(item)],
  file: (item, url) => [paper(item, url), ...caption(item)],
  error(item) {
    const box = make("div", "failure");
    const text = make("div", "", item.text || t("failure"));
    if (item.trace) {
      const quote = make("small", "", `${t("trace")} `);
      quote.append(make("code", "", item.trace));
      text.append(quote);
    }
    box.append(icon("alert"), text);
    return [box];
  },
};

const caption = (item) => (item.caption ? [make("p", "caption", item.caption)] : []);

function player(kind, item, url) {
  const box = make("div", "media");
  const media = make(kind);
  media.controls = true;
  media.preload = "metadata";
  media.src = url;
  media.setAttribute("aria-label", item.caption || item.name || kind);
  box.append(media);
  return box;
}

function paper(item, url) {
  const link = make(url ? "a" : "span", "document");
  if (url) {
    link.href = url;
    link.download = item.name || "";
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  link.append(icon("file"), make("span", "", item.name || "…"));
  if (item.size) link.append(make("small", "", bytes(item.size)));
  return link;
}

/** A file that the person sent, shown as what it is. */
function sent(file, url) {
  const kind = /^(image|audio|video)\//.exec(file.mime ?? "")?.[1];
  return kinds[url && kind ? kind : "file"](file, url);
}

export const shown = (item) => item.kind in kinds;

/** The inside of a message: files, bubble, time and state. */
export function inside(item, connection, name) {
  const parts = [speaker(item.by === "person" ? t("you") : name)];
  if (item.files?.length) parts.push(files(item.files, connection));
  const bare = item.kind === "text" && !item.text && item.files?.length;
  if (!bare) parts.push(...kinds[item.kind](item, item.url ? connection.fileUrl(item) : null));
  return [...parts, meta(item)];
}

function files(list, connection) {
  const box = make("div", "files");
  for (const file of list) box.append(...sent(file, connection.fileUrl(file)));
  return box;
}

function meta(item) {
  const line = make("div", "meta");
  const time = make("time", "", clock.format(item.at));
  time.dateTime = new Date(item.at).toISOString();
  line.append(time);
  if (item.by === "person") line.append(...state(item.state ?? "stored"));
  return line;
}

const signs = { queued: "clock", stored: "tick", refused: "alert" };

function state(name) {
  const svg = icon(signs[name]);
  svg.dataset.state = name;
  return [svg, make("span", "unseen", t(name))];
}

/** Why the server did not take a message, and what can be done about it. */
export function refusal({ code, reason, trace }, again, discard) {
  const line = make("div", "refusal");
  const why = code && known(code) ? t(code) : reason || t("refused");
  const text = make("span", "", `${t("refused")}. ${why}`);
  if (trace) text.append(` ${t("trace")} `, make("code", "", trace));
  line.append(text);
  line.append(button(t("retry"), again), button(t("remove", ""), discard));
  return line;
}

/** What is read aloud of an item. */
export function spoken(item, name) {
  if (item.kind !== "text") return `${name}: ${item.caption || item.name || item.text || ""}`;
  return `${name}: ${item.print ? item.text : render(item.text).textContent}`;
}
