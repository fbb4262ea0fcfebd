/**
 * The words of the studio in the reader's language: that of the browser, as on the chat page. Each
 * language is a table of its own in `words/`.
 */

import { language } from "../strings.js";
import en from "./words/en.js";
import es from "./words/es.js";
import pt from "./words/pt.js";

const words = { en, es, pt }[language] ?? en;

/** A text by its name; `{0}`, `{1}` are filled in. */
export function t(name, ...values) {
  const text = words[name] ?? en[name] ?? name;
  return text.replace(/\{(\d)\}/g, (_, index) => values[index] ?? "");
}

/** Puts the words into what the page marks with `data-t…`. */
export function translate(root = document) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
    if (element.matches("button")) element.title = t(element.dataset.tLabel);
  }
  for (const element of root.querySelectorAll("[data-t-placeholder]")) {
    element.placeholder = t(element.dataset.tPlaceholder);
  }
  for (const element of root.querySelectorAll("[data-t-title]")) {
    element.title = t(element.dataset.tTitle);
  }
}
