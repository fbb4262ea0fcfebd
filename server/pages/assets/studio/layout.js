/** Panes: which tab of a group is in front, how wide they are, and what a phone shows. */

import { byId } from "./dom.js";

const KEY = "basilect:studio:layout";

/** The sizes that this browser keeps, in pixels. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(changes) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...kept(), ...changes }));
  } catch {
    // Without storage the sizes last as long as the page.
  }
}

/** What this browser remembers of the studio. */
export const memory = {
  get: (name) => kept()[name],
  set: (name, value) => keep({ [name]: value }),
};

/** Makes buttons with `role=tab` switch the panes that they control. */
export function tabGroup(list, shown) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const choose = (tab, focus = false) => {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      byId(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    if (focus) tab.focus();
    shown?.(tab.id.replace("tab-", ""));
  };
  for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    if (at < 0) return;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length], true);
  });
  choose(tabs[0]);
  return (name) => choose(byId(`tab-${name}`));
}

/** A handle between two panes: dragged, or moved with the arrows. */
function handle(element, { name, sign, upright, least, most, usual }) {
  const room = byId("room");
  const property = `--${name}`;
  const limit = (size) => Math.round(Math.max(least, Math.min(most(), size)));
  let size = limit(kept()[name] ?? usual);
  const set = (next) => {
    size = limit(next);
    room.style.setProperty(property, `${size}px`);
    element.setAttribute("aria-valuenow", String(size));
  };
  element.setAttribute("aria-valuemin", String(least));
  element.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    const [from, start] = [upright ? event.clientX : event.clientY, size];
    const move = (moved) => set(start + sign * ((upright ? moved.clientX : moved.clientY) - from));
    const done = () => {
      element.removeEventListener("pointermove", move);
      document.body.classList.remove("dragging");
      keep({ [name]: size });
    };
    document.body.classList.add("dragging");
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", done, { once: true });
    element.addEventListener("pointercancel", done, { once: true });
  });
  element.addEventListener("keydown", (event) => {
    const step = upright ? { ArrowLeft: -16, ArrowRight: 16 } : { ArrowUp: -16, ArrowDown: 16 };
    if (!step[event.key]) return;
    event.preventDefault();
    set(size + sign * step[event.key]);
    keep({ [name]: size });
  });
  element.setAttribute("aria-valuemax", String(most()));
  set(size);
}

export class Layout {
  constructor() {
    const wide = (part) => () => Math.max(200, window.innerWidth * part);
    handle(byId("handle-side"), {
      name: "side",
      sign: 1,
      upright: true,
      least: 160,
      most: wide(0.4),
      usual: 232,
    });
    handle(byId("handle-talk"), {
      name: "talk",
      sign: -1,
      upright: true,
      least: 260,
      most: wide(0.5),
      usual: 380,
    });
    handle(byId("handle-bottom"), {
      name: "bottom",
      sign: -1,
      upright: false,
      least: 96,
      usual: Math.min(250, window.innerHeight * 0.3),
      most: () => Math.max(120, window.innerHeight * 0.7),
    });
    for (const button of byId("places").querySelectorAll("button")) {
      button.addEventListener("click", () => this.place(button.dataset.place));
    }
    byId("fold-bottom").addEventListener("click", () => this.fold());
    this.fold(memory.get("folded") ?? false);
    this.place("middle");
  }

  /** What a phone shows; a wide window shows all of it. */
  place(name) {
    byId("room").dataset.place = name;
    for (const button of byId("places").querySelectorAll("button")) {
      button.setAttribute("aria-current", String(button.dataset.place === name));
    }
  }

  /** Folds the panel below the editor away, or back. */
  fold(folded = byId("room").dataset.folded !== "yes") {
    byId("room").dataset.folded = folded ? "yes" : "no";
    byId("fold-bottom").setAttribute("aria-expanded", String(!folded));
    memory.set("folded", folded);
  }
}
