/** Searching the files of the draft, and the parts of the file in front. */

import { byId, make, nameOf, roving, settled } from "./dom.js";
import { reveal } from "./editor.js";
import { t } from "./words.js";

/** Letters before what was found that are shown. */
const NEAR = 16;

export class Search {
  constructor(documents) {
    this.documents = documents;
    this.field = byId("search-words");
    this.found = byId("search-found");
    this.later = settled(180, () => this.search());
    this.field.addEventListener("input", this.later);
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.search();
      if (event.key === "ArrowDown") this.found.querySelector("button")?.focus();
    });
    roving(this.found, "button");
  }

  async search() {
    const words = this.field.value;
    byId("search-note").textContent = "";
    if (!words.trim()) return this.found.replaceChildren();
    await this.documents.saveAll();
    const { matches, all } = await this.documents.bot.search(words);
    if (words !== this.field.value) return;
    const paths = [...new Set(matches.map(({ path }) => path))];
    const note = all ? t("found", matches.length, paths.length) : t("found_more", matches.length);
    byId("search-note").textContent = matches.length ? note : t("none_found");
    this.found.replaceChildren(
      ...paths.map((path) =>
        this.group(
          path,
          matches.filter((one) => one.path === path),
        ),
      ),
    );
  }

  group(path, matches) {
    const title = make("h3", "", nameOf(path), make("small", "", path));
    const rows = matches.map((one) => {
      const [before, rest] = [one.text.slice(0, one.column), one.text.slice(one.column)];
      const words = make("mark", "", rest.slice(0, one.length));
      const lead = before.trimStart();
      const near = lead.length > NEAR ? `…${lead.slice(4 - NEAR)}` : lead;
      const line = make("span", "text", near, words, rest.slice(one.length));
      const go = make("button", "line", make("small", "", String(one.line)), line);
      go.type = "button";
      go.addEventListener("click", () => this.go(one));
      return make("li", "", go);
    });
    return make("section", "", title, make("ul", "lines", ...rows));
  }

  async go({ path, line, column, length }) {
    const opened = await this.documents.show(path);
    if (opened) reveal(opened.view, line, column, length);
  }
}

export class Outline {
  constructor(language, documents) {
    Object.assign(this, { language, documents });
    this.list = byId("outline");
    this.later = settled(300, () => this.draw());
    for (const type of ["shown", "state"]) documents.addEventListener(type, this.later);
    roving(this.list, "button");
    this.draw();
  }

  /** The parts of the file in front, flat. */
  async parts() {
    const { front } = this.documents;
    if (!front) return [];
    const found = await this.language.ask("textDocument/documentSymbol", front.path);
    const flat = (symbols, depth) =>
      (symbols ?? []).flatMap((one) => [
        { name: one.name, detail: one.detail, depth, line: this.lineOf(one) },
        ...flat(one.children, depth + 1),
      ]);
    return flat(found, 0);
  }

  lineOf(symbol) {
    const range = symbol.selectionRange ?? symbol.range ?? symbol.location.range;
    return range.start.line + 1;
  }

  async draw() {
    const shown = !byId("pane-outline").hidden;
    const parts = shown ? await this.parts() : [];
    byId("outline-note").textContent = parts.length ? "" : t("no_outline");
    this.list.replaceChildren(
      ...parts.map((part) => {
        const go = make("button", "line", make("span", "what", part.name));
        if (part.detail) go.append(make("small", "", part.detail));
        go.type = "button";
        go.style.paddingInlineStart = `${12 + part.depth * 14}px`;
        go.addEventListener("click", () => reveal(this.documents.front.view, part.line));
        return make("li", "", go);
      }),
    );
  }
}
