/** Small parts that every pane is made of. */

import { t } from "./words.js";

export const byId = (id) => document.getElementById(id);

/**
 * An element with its class and what is in it.
 * @param {string} name
 * @param {string} className
 * @param {...(Node | string)} content
 */
export function make(name, className = "", ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** One of the icons that the page holds. */
export function icon(name, className = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  svg.append(use);
  return svg;
}

/** A button with words. */
export function button(words, pressed, className = "button quiet small") {
  const element = make("button", className, words);
  element.type = "button";
  element.addEventListener("click", pressed);
  return element;
}

/** A button with an icon; its name is read aloud and shown by the pointer. */
export function tool(name, label, pressed) {
  const element = make("button", "tool", icon(name));
  element.type = "button";
  element.title = label;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", pressed);
  return element;
}

let fading;

/** A short word about what just happened. */
export function toast(words, bad = false) {
  const place = byId("toast");
  place.className = bad ? "toast shown bad" : "toast shown";
  place.textContent = words;
  clearTimeout(fading);
  fading = setTimeout(() => (place.className = "toast"), bad ? 7000 : 3500);
}

/** The last part of a path. */
export const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);

/** Calls back when nothing more has happened for a while. */
export function settled(ms, act) {
  let timer;
  return Object.assign(
    () => {
      clearTimeout(timer);
      timer = setTimeout(act, ms);
    },
    { cancel: () => clearTimeout(timer) },
  );
}

/** Whether this is a computer on which Command stands for Control. */
export const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

/** A key as people of this computer know it: `Mod-k` is `Ctrl K` or `⌘ K`. */
export function keyName(key) {
  const names = isMac ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Ctrl: "⌃" } : { Mod: "Ctrl" };
  const arrows = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓" };
  const named = (part) =>
    names[part] ?? arrows[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  return key.split("-").map(named).join(" ");
}

/** A list whose rows are chosen with the arrows: one of them can be reached with Tab. */
export function roving(list, query) {
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Home" && event.key !== "End") return;
    const rows = [...list.querySelectorAll(query)];
    const at = rows.indexOf(document.activeElement);
    const ends = { Home: 0, End: rows.length - 1 };
    const next = rows[ends[event.key] ?? Math.max(0, Math.min(rows.length - 1, at + step))];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/** A dialog; resolves when it is closed, to the value of the button that closed it. */
export function show(dialog) {
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue);
    }),
  );
}

/** A dialog with a title, content and the buttons of its foot. */
export function dialogOf(title, content, actions, className = "") {
  const dialog = make("dialog", `sheet-dialog ${className}`);
  const heading = make("h2", "", title);
  heading.id = `dialog-${Math.random().toString(36).slice(2)}`;
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = tool("close", t("close"), () => dialog.close(""));
  dialog.append(
    make("div", "dialog-head", heading, close),
    content,
    make("div", "actions", ...actions),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("");
  });
  return dialog;
}

/**
 * A dialog with a form: `send` does the work; what it throws is shown, and the dialog stays with
 * the cursor in `field`.
 * @returns {Promise<boolean>} whether it was done
 */
export async function formDialog({ title, content, field, yes, send, className = "" }) {
  const wrong = make("p", "wrong");
  wrong.setAttribute("role", "alert");
  const go = make("button", "button", yes);
  go.type = "submit";
  const form = make("form", className, ...content, wrong);
  form.method = "dialog";
  const dialog = dialogOf(title, form, [], className === "begin" ? "wide" : "");
  const cancel = button(t("cancel"), () => dialog.close(""));
  form.append(make("div", "actions", cancel, go));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      await send(field.value.trim(), form);
      dialog.close("done");
    } catch (error) {
      wrong.textContent = error.message;
      go.disabled = false;
      field.focus();
    }
  });
  return (await show(dialog)) === "done";
}

/** Asks for one line of text. */
export function ask({ title, text, label, value, yes, select, send }) {
  const field = make("input", "field");
  Object.assign(field, { value, autocomplete: "off", spellcheck: false });
  const content = [make("p", "muted", text ?? ""), make("label", "labelled", label, field)];
  const asked = formDialog({ title, content, field, yes, send, className: "asking" });
  field.focus();
  field.setSelectionRange(...(select ?? [0, value.length]));
  return asked;
}

/** Asks whether to do something that cannot be undone. */
export async function confirm({ title, text, yes }) {
  const dialog = dialogOf(title, make("p", "muted", text), []);
  const no = button(t("cancel"), () => dialog.close(""));
  const go = button(yes, () => dialog.close("yes"), "button danger small");
  dialog.querySelector(".actions").append(no, go);
  const closed = show(dialog);
  no.focus();
  return (await closed) === "yes";
}
