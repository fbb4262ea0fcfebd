/** Markdown to elements. What a bot says is not trusted: everything goes through the sanitiser. */

import { Marked } from "./vendor/marked.js";
import purify from "./vendor/purify.js";
import { t } from "./strings.js";

/** HTML that may stand in a text; a tag of any other form is shown as the characters it is. */
const plain = new RegExp([
  "/?(?:b|br|code|del|em|h[1-4]|hr|i|kbd|li|ol|p|pre|s|strong|sub|sup|u|ul)\\s*/?>",
  '/a>|a\\s+href="[^"<>]*"\\s*>',
  'img\\s+src="[^"<>]*"(?:\\s+alt="[^"<>]*")?\\s*/?>',
  "!--",
].join("|"), "iy");

function escaped(html) {
  return html.replace(/</g, (sign, place) => {
    plain.lastIndex = place + 1;
    return plain.test(html) ? sign : "&lt;";
  });
}

const marked = new Marked({
  gfm: true, breaks: true, async: false, renderer: { html: ({ text }) => escaped(text) },
});

const policy = {
  ALLOWED_TAGS: [
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "i", "img",
    "kbd", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "u", "ul",
  ],
  ALLOWED_ATTR: ["href", "title", "src", "alt", "start", "align"],
  // Their values are no addresses, and are not judged as such.
  ADD_URI_SAFE_ATTR: ["align", "start"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|data:image\/(?:png|jpeg|gif|webp);|\/(?!\/)|#)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/** Each of these is written from left to right or from right to left as its own words are. */
const blocks = "p, h1, h2, h3, h4, ul, ol, table, blockquote";

/** The Markdown as a document fragment that is safe to show. */
export function render(text) {
  const fragment = purify.sanitize(marked.parse(text), policy);
  for (const block of fragment.querySelectorAll(blocks)) block.dir = "auto";
  for (const link of fragment.querySelectorAll("a[href]")) harden(link);
  for (const image of fragment.querySelectorAll("img")) tame(image);
  for (const table of fragment.querySelectorAll("table")) wrap(table, "table");
  for (const code of fragment.querySelectorAll("pre")) copyable(code);
  return fragment;
}

/** A link opens elsewhere and tells nothing about this page. */
function harden(link) {
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
}

function tame(image) {
  image.loading = "lazy";
  image.referrerPolicy = "no-referrer";
  if (!image.hasAttribute("alt")) image.alt = "";
}

function wrap(element, className) {
  const box = document.createElement("div");
  box.className = className;
  element.replaceWith(box);
  box.append(element);
  // What scrolls sideways must be reachable with the keyboard.
  (className === "table" ? box : element).tabIndex = 0;
  return box;
}

function copyable(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = t("copy");
  button.addEventListener("click", () => copy(code, button));
  wrap(code, "code").append(button);
}

async function copy(code, button) {
  await toClipboard(code);
  button.textContent = t("copied");
  button.classList.add("done");
  setTimeout(() => {
    button.textContent = t("copy");
    button.classList.remove("done");
  }, 1800);
}

/** The clipboard's own interface exists only where the page is served with TLS. */
async function toClipboard(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
  getSelection().selectAllChildren(element);
  document.execCommand("copy");
}
