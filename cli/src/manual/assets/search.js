// The search: every entry is scored for what was typed; words of the language and their other
// spellings come first, and a slip of the finger is forgiven. Nothing leaves the page.
"use strict";

(() => {
  const form = document.getElementById("search");
  const input = document.getElementById("query");
  const list = document.getElementById("found");
  const count = document.getElementById("count");
  const root = document.documentElement.dataset.root;
  const MOST = 12;
  const KINDS = { keyword: 6, function: 5, statement: 5, diagnostic: 3, command: 3, guide: 2 };

  const plain = (text) =>
    text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "")
      .replace(/[_$()]/g, " ").replace(/\s+/g, " ").trim();

  const entries = (window.basilectIndex ?? []).map(([title, kind, path, about, terms, missing]) => ({
    title, kind, path, about,
    weight: KINDS[kind] / 4 - 4 * missing,
    names: [title, ...terms].map(plain),
    text: plain(about),
  }));

  /** Slips between two words: letters that are wrong, missing, too many, or swapped. */
  function slips(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], row = Array.from({ length: b.length + 1 }, (_, i) => i), last;
    for (let i = 1; i <= a.length; i++) {
      [last, before] = [before, row];
      row = [i];
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          row[j] = Math.min(row[j], last[j - 2] + 1);
        }
      }
      if (Math.min(...row) > most) return most + 1;
    }
    return row[b.length];
  }

  /** How well a name fits, from 0 to 100; below 62 there is a slip in it, or it is a part. */
  function fit(name, typed) {
    if (name === typed) return 100;
    const tight = (text) => text.replaceAll(" ", "");
    if (tight(name) === tight(typed)) return 96;
    if (name.startsWith(typed)) return 88 - Math.min(20, name.length - typed.length) / 2;
    const words = name.split(" ");
    if (words.some((word) => word.startsWith(typed))) return 66;
    const most = typed.length < 4 ? 0 : typed.length < 8 ? 1 : 2;
    const off = slips(name, typed, most);
    if (most > 0 && off <= most) return 60 - 8 * off;
    // The beginning of a longer name, with a slip in it.
    if (most > 0 && name.length > typed.length) {
      const start = slips(name.slice(0, typed.length), typed, most);
      if (start <= most) return 48 - 8 * start;
    }
    if (most > 0 && words.some((word) => slips(word, typed, most) <= most)) return 40;
    return typed.length > 2 && name.includes(typed) ? 36 : 0;
  }

  function score(entry, typed, words) {
    let best = 0;
    entry.names.forEach((name, at) => {
      const one = fit(name, typed);
      best = Math.max(best, one - (at === 0 ? 0 : one > 60 ? 2 : 12));
    });
    if (words.length > 1 && best < 60) {
      const each = words.map((word) => Math.max(
        ...entry.names.map((name) => fit(name, word)),
        entry.text.includes(word) ? 24 : 0,
      ));
      if (each.every((one) => one > 0)) {
        const sum = each.reduce((one, other) => one + other, 0);
        best = Math.max(best, 0.6 * sum / each.length);
      }
    }
    const told = typed.length > 2 && ` ${entry.text}`.includes(` ${typed}`);
    // What is told of it counts less than what it is called, and more than a slip.
    if (told && best < 62) best = 62;
    return best === 0 ? 0 : best + entry.weight;
  }

  function find(text) {
    const typed = plain(text);
    if (typed === "") return [];
    const words = typed.split(" ");
    const scored = entries.map((entry) => ({ entry, score: score(entry, typed, words) }));
    // Where something fits well, what is only a slip away was not meant.
    const best = Math.max(0, ...scored.map((found) => found.score));
    return scored
      .filter((found) => found.score > (best > 80 ? 57 : 0))
      .sort((a, b) => b.score - a.score || a.entry.title.length - b.entry.title.length)
      .slice(0, MOST)
      .map((found) => found.entry);
  }

  let found = [];
  let chosen = -1;

  function choose(at) {
    chosen = at;
    [...list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === at));
      if (index === at) item.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `found-${at}`);
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function part(name, text, where) {
    const element = document.createElement(name);
    element.textContent = text;
    if (where) element.className = where;
    return element;
  }

  function show() {
    found = find(input.value);
    list.replaceChildren(...found.map((entry, at) => {
      const item = document.createElement("li");
      item.id = `found-${at}`;
      item.setAttribute("role", "option");
      item.append(
        part("b", entry.title), part("span", entry.kind, "kind"), part("small", entry.about),
      );
      return item;
    }));
    const typed = input.value.trim() !== "";
    if (typed && found.length === 0) {
      const none = part("li", `Nothing is called “${input.value.trim()}”.`, "none");
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      list.append(none);
    }
    list.hidden = !typed;
    input.setAttribute("aria-expanded", String(typed));
    count.textContent = typed ? `${found.length} found` : "";
    choose(found.length > 0 ? 0 : -1);
  }

  function open(at, apart = false) {
    const entry = found[at];
    if (!entry) return;
    if (apart) {
      window.open(root + entry.path);
      return;
    }
    close();
    input.blur();
    location.href = root + entry.path;
  }

  /** An option is no link, which would be a control inside a control; it opens like one. */
  function pressed(event) {
    const item = event.target.closest("[role=option]");
    if (!item || event.button > 1) return;
    open([...list.children].indexOf(item), event.button === 1 || event.ctrlKey || event.metaKey);
  }
  list.addEventListener("click", pressed);
  list.addEventListener("auxclick", pressed);

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", "found");
  input.setAttribute("aria-autocomplete", "list");
  input.addEventListener("input", show);
  input.addEventListener("focus", () => { if (input.value.trim() !== "") show(); });
  input.addEventListener("keydown", (event) => {
    const size = found.length;
    if (event.key === "Escape") {
      if (list.hidden) input.blur();
      close();
    } else if (event.key === "ArrowDown" && size > 0) {
      choose((chosen + 1) % size);
    } else if (event.key === "ArrowUp" && size > 0) {
      choose((chosen - 1 + size) % size);
    } else {
      return;
    }
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(Math.max(chosen, 0));
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (slash || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });

  // Without scripts the form leads to the index with what was typed; a link can do the same.
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    input.value = asked;
    input.focus();
    show();
  }
  window.basilectFind = find;
})();
