/** What is wrong: as waves under the text, as a list, with fixes. */

import { LSPPlugin, setDiagnostics } from "../vendor/codemirror.js";
import { button, byId, dialogOf, icon, make, nameOf, roving, settled, show, toast } from "./dom.js";
import { reveal } from "./editor.js";
import { actionsAt, applyEdit } from "./features.js";
import { t } from "./words.js";

const severities = ["error", "error", "warning", "info", "hint"];
/** Problems of which it is found out whether they can be fixed. */
const LOOKED_AT = 60;
const icons = { error: "error", warning: "warning", info: "hint", hint: "hint" };

export class Problems {
  constructor(language, documents, tree) {
    Object.assign(this, { language, documents, tree });
    this.byPath = new Map();
    this.later = settled(150, () => this.look());
    this.list = byId("problem-list");
    language.addEventListener("diagnostics", ({ detail }) => this.told(detail));
    documents.addEventListener("open", ({ detail }) => this.mark(detail));
    documents.addEventListener("files", () => this.clean());
    roving(this.list, ".line");
    this.draw();
  }

  /** Forgets what was said of files that are gone. */
  clean() {
    for (const path of this.byPath.keys()) {
      if (!this.documents.has(path)) this.byPath.delete(path);
    }
    this.draw();
  }

  told({ path, diagnostics }) {
    this.byPath.set(path, diagnostics);
    const opened = this.documents.open.get(path);
    if (opened) this.mark(opened);
    const errors = diagnostics.filter(({ severity }) => severity === 1).length;
    this.tree.count(path, errors);
    this.draw();
    this.later();
  }

  /** Finds out which of them can be fixed. */
  async look() {
    const asked = { diagnostics: [], only: ["quickfix"] };
    for (const one of this.all.slice(0, LOOKED_AT)) {
      if (one.of.fixable !== undefined) continue;
      const { path, range } = one;
      const found = await this.language.ask("textDocument/codeAction", path, {
        range,
        context: asked,
      });
      one.of.fixable = (found ?? []).some(({ edit, disabled }) => edit && !disabled);
    }
    for (const opened of this.documents.open.values()) this.mark(opened);
    this.draw();
  }

  /** Puts waves under the places; the editor's own tooltip offers the fix. */
  mark(opened) {
    const { view, path } = opened;
    const plugin = LSPPlugin.get(view);
    if (!plugin) return;
    const place = (position) => {
      const { doc } = view.state;
      const line = doc.line(Math.min(position.line + 1, doc.lines));
      return Math.min(line.from + position.character, line.to);
    };
    const found = (this.byPath.get(path) ?? []).map((one) => ({
      from: place(one.range.start),
      to: Math.max(place(one.range.end), place(one.range.start)),
      severity: severities[one.severity ?? 1],
      message: one.message,
      source: one.code,
      actions: one.fixable
        ? [{ name: t("fix"), apply: (_, from, to) => this.fix(opened, from, to) }]
        : [],
    }));
    view.dispatch(setDiagnostics(view.state, found));
  }

  /** Makes the fix of a place; of several the person chooses. */
  async fix(opened, from, to) {
    const actions = await actionsAt(this.language, opened, from, to, ["quickfix"]);
    await this.choose(actions);
    opened.view.focus();
  }

  /** Everything that can be done at the cursor. */
  async offer() {
    const opened = this.documents.front;
    if (!opened) return;
    const { from, to } = opened.view.state.selection.main;
    const actions = await actionsAt(this.language, opened, from, to);
    await this.choose(actions, true);
    opened.view.focus();
  }

  async choose(actions, always = false) {
    if (!actions.length) return toast(t("no_fix"));
    if (actions.length === 1 && !always) return this.make(actions[0]);
    const list = make("ul", "choices");
    const dialog = dialogOf(t("fixes"), list, [], "narrow");
    list.append(
      ...actions.map((action) =>
        make(
          "li",
          "",
          button(
            action.title,
            () => {
              dialog.close("done");
              this.make(action);
            },
            "choice",
          ),
        ),
      ),
    );
    roving(list, ".choice");
    const closed = show(dialog);
    list.querySelector("button").focus();
    return closed;
  }

  make(action) {
    return applyEdit(this.documents, action.edit);
  }

  get all() {
    const all = [...this.byPath].flatMap(([path, found]) =>
      found.map((one) => ({ path, of: one, ...one })),
    );
    return all.sort(
      (one, other) =>
        (one.severity ?? 1) - (other.severity ?? 1) ||
        one.path.localeCompare(other.path) ||
        one.range.start.line - other.range.start.line,
    );
  }

  get errors() {
    return this.all.filter(({ severity }) => (severity ?? 1) === 1).length;
  }

  draw() {
    const { all } = this;
    byId("problem-count").textContent = all.length || "";
    byId("problem-count").classList.toggle("bad", this.errors > 0);
    const words = { 0: t("no_problems"), 1: t("one_problem") }[all.length];
    byId("problem-note").textContent = words ?? t("many_problems", all.length);
    this.list.replaceChildren(...all.slice(0, 300).map((one) => this.row(one)));
  }

  row(problem) {
    const { path, range, severity, message, code } = problem;
    const kind = severities[severity ?? 1];
    const [first] = message.split("\n");
    const go = make(
      "button",
      "line",
      icon(icons[kind], kind),
      make("span", "what", first),
      make("small", "", `${nameOf(path)}:${range.start.line + 1}`),
    );
    go.type = "button";
    go.title = message;
    go.addEventListener("click", () => this.go(problem));
    const item = make("li", "", go);
    if (problem.of.fixable) {
      const fix = button(t("fix"), () => this.fixFrom(problem), "button quiet tiny");
      fix.setAttribute("aria-label", t("fix_with", first));
      item.append(fix);
    }
    if (code) {
      const link = make("a", "code", String(code));
      link.href = `/manual/diagnostics/${code}.html`;
      link.target = "_blank";
      link.rel = "noopener";
      item.append(link);
    }
    return item;
  }

  async go({ path, range }) {
    const opened = await this.documents.show(path);
    if (opened) reveal(opened.view, range.start.line + 1, range.start.character);
    return opened;
  }

  async fixFrom(problem) {
    const opened = await this.go(problem);
    if (!opened) return;
    const { from } = opened.view.state.selection.main;
    await this.fix(opened, from, from);
  }
}
