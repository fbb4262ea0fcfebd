/** The open files above the editor, and the one in front. */

import { button, byId, icon, keyName, make, nameOf, tool } from "./dom.js";
import { t } from "./words.js";

export class Tabs {
  constructor(documents) {
    this.documents = documents;
    this.list = byId("tabs");
    this.sheets = byId("sheets");
    for (const type of ["open", "close", "shown", "state", "conflict"]) {
      documents.addEventListener(type, () => this.draw());
    }
    documents.addEventListener("open", ({ detail }) => this.add(detail));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.draw();
  }

  add(opened) {
    const sheet = make("div", "sheet-of");
    sheet.dataset.path = opened.path;
    sheet.id = `sheet-${this.sheets.childElementCount}-${Date.now()}`;
    sheet.setAttribute("role", "tabpanel");
    sheet.setAttribute("aria-label", opened.path);
    sheet.append(opened.view.dom);
    opened.sheet = sheet;
    sheet.hidden = true;
    this.sheets.append(sheet);
  }

  draw() {
    const open = [...this.documents.open.values()];
    const front = this.documents.front;
    for (const sheet of this.sheets.querySelectorAll(".sheet-of")) {
      const opened = this.documents.open.get(sheet.dataset.path);
      if (opened?.sheet !== sheet) sheet.remove();
      else sheet.hidden = opened !== front;
    }
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...open.map((opened) => this.tab(opened, opened === front)));
    if (focused) this.list.querySelector("[aria-selected=true]")?.focus();
    this.conflict(front);
    this.blank(!front);
    document.title = front
      ? `${nameOf(front.path)} · ${this.documents.bot.name}`
      : this.documents.bot.name;
  }

  tab(opened, front) {
    const select = make("button", "tab", make("span", "", nameOf(opened.path)));
    select.type = "button";
    select.title = opened.path;
    select.setAttribute("role", "tab");
    select.setAttribute("aria-selected", String(front));
    if (opened.sheet) select.setAttribute("aria-controls", opened.sheet.id);
    select.tabIndex = front ? 0 : -1;
    select.addEventListener("click", () => this.bring(opened.path));
    select.addEventListener(
      "auxclick",
      (event) => event.button === 1 && this.documents.close(opened.path),
    );
    const dirty = this.documents.isDirty(opened);
    const close = tool("close", t("close"), () => this.documents.close(opened.path));
    close.tabIndex = -1;
    close.setAttribute("aria-hidden", "true");
    const both = make(
      "span",
      `tab-of${front ? " front" : ""}${dirty ? " dirty" : ""}`,
      select,
      close,
    );
    both.setAttribute("role", "presentation");
    return both;
  }

  async bring(path) {
    const opened = await this.documents.show(path);
    opened?.view.focus();
  }

  key(event) {
    const paths = [...this.documents.open.keys()];
    const at = paths.indexOf(this.documents.front?.path);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: paths.length - 1 }[event.key];
    if (event.key === "Delete") this.documents.close(paths[at]);
    else if (paths[to]) this.documents.show(paths[to]);
    else return;
    event.preventDefault();
  }

  /** A file that was changed elsewhere as well: the person decides. */
  conflict(opened) {
    this.sheets.querySelector(".conflict")?.remove();
    if (!opened?.conflict) return;
    const theirs = button(t("take_theirs"), () => this.documents.takeTheirs(opened));
    const mine = button(t("keep_mine"), () => this.documents.keepMine(opened));
    const box = make(
      "div",
      "conflict",
      icon("warning"),
      make("span", "", t("changed_elsewhere", nameOf(opened.path))),
      theirs,
      mine,
    );
    box.setAttribute("role", "alert");
    this.sheets.prepend(box);
  }

  blank(shown) {
    const blank = byId("blank");
    blank.hidden = !shown;
    blank.replaceChildren(
      make("h2", "", t("nothing_open")),
      make("p", "muted", t("blank_text", keyName("Mod-p"))),
    );
  }
}
