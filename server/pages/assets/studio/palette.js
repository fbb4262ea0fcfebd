/** One field for everything: files, `>` commands, `@` parts of the file, `:` a line. */

import { commands } from "./commands.js";
import { byId, keyName, make, nameOf } from "./dom.js";
import { reveal } from "./editor.js";
import { t } from "./words.js";

const MOST = 60;

/** How well letters that follow each other are found in a text; null when they are not. */
export function fits(wanted, text) {
  const small = text.toLowerCase();
  let [at, score, last] = [0, 0, -2];
  for (const letter of wanted.toLowerCase().replace(/\s/g, "")) {
    const found = small.indexOf(letter, at);
    if (found < 0) return null;
    const begins = found === 0 || /[\s/._-]/.test(small[found - 1]);
    score += found === last + 1 ? 3 : begins ? 2 : 0;
    score -= Math.min(found - at, 10) * 0.05;
    [at, last] = [found + 1, found];
  }
  return score - text.length * 0.01;
}

export class Palette {
  constructor(documents, outline) {
    Object.assign(this, { documents, outline });
    byId("palette-key").textContent = keyName("Mod-k");
    byId("open-palette").addEventListener("click", () => this.open(""));
  }

  open(text) {
    if (this.dialog?.open) return;
    const field = make("input", "palette-field");
    field.value = text;
    field.spellcheck = false;
    field.autocomplete = "off";
    const list = make("ul", "palette-list");
    list.id = "palette-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", t("palette"));
    const attributes = {
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": list.id,
      "aria-autocomplete": "list",
      "aria-label": t("palette"),
    };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
    const dialog = make("dialog", "palette", field, list, make("p", "note", t("palette_hint")));
    dialog.setAttribute("aria-label", t("palette"));
    Object.assign(this, { dialog, field, list, chosen: 0, before: document.activeElement });
    field.addEventListener("input", () => this.search());
    field.addEventListener("keydown", (event) => this.key(event));
    dialog.addEventListener("click", (event) => event.target === dialog && this.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    field.setSelectionRange(text.length, text.length);
    this.search();
  }

  close() {
    this.dialog?.close();
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step) {
      event.preventDefault();
      this.choose(Math.max(0, Math.min(this.rows.length - 1, this.chosen + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.take(this.chosen);
    }
  }

  async search() {
    const text = this.field.value;
    const asked = {};
    this.asked = asked;
    const rows = await this.matches(text[0], text);
    if (this.asked !== asked) return;
    this.rows = rows.slice(0, MOST);
    this.draw();
  }

  async matches(mark, text) {
    const rest = text.slice(1).trim();
    if (mark === ">")
      return this.rank(
        rest,
        commands.map((command) => this.command(command)),
      );
    if (mark === "@")
      return this.rank(
        rest,
        (await this.outline.parts()).map((one) => this.part(one)),
      );
    if (mark === ":") return this.line(Number(rest));
    const files = this.documents.files.filter((file) => file.text);
    return this.rank(
      text,
      files.map(({ path }) => this.file(path)),
    );
  }

  rank(wanted, rows) {
    if (!wanted) return rows;
    const scored = rows.map((row) => [fits(wanted, row.search), row]);
    return scored
      .filter(([score]) => score !== null)
      .sort(([one], [other]) => other - one)
      .map(([, row]) => row);
  }

  command({ title, keys, run }) {
    return { title, search: title, hint: keys?.[0] ? keyName(keys[0]) : "", key: true, run };
  }

  file(path) {
    const run = async () => (await this.documents.show(path))?.view.focus();
    return {
      title: nameOf(path),
      hint: path.slice(0, -nameOf(path).length - 1),
      search: path,
      run,
    };
  }

  part({ name, detail, line }) {
    const run = () => reveal(this.documents.front.view, line);
    return { title: name, hint: detail ?? "", search: name, run };
  }

  line(number) {
    const view = this.documents.front?.view;
    if (!view || !number) return [];
    return [
      { title: t("go_to_line", number), hint: "", search: "", run: () => reveal(view, number) },
    ];
  }

  draw() {
    const rows = this.rows.map((row, index) => {
      const item = make("li", "", make("span", "", row.title));
      if (row.hint) item.append(make(row.key ? "kbd" : "small", "", row.hint));
      item.id = `palette-${index}`;
      item.setAttribute("role", "option");
      item.addEventListener("pointermove", () => this.chosen !== index && this.choose(index));
      item.addEventListener("click", () => this.take(index));
      return item;
    });
    const none = make("li", "none", t("no_match"));
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    this.list.replaceChildren(...(rows.length ? rows : [none]));
    this.choose(0);
  }

  choose(index) {
    this.chosen = index;
    [...this.list.children].forEach((item, place) =>
      item.setAttribute("aria-selected", String(place === index && this.rows.length > 0)),
    );
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", this.rows.length ? `palette-${index}` : "");
  }

  take(index) {
    const row = this.rows[index];
    if (!row) return;
    this.close();
    this.before?.focus?.();
    row.run();
  }
}
