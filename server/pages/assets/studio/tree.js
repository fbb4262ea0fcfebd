/** The files of the draft as a tree. */

import { ask, byId, confirm, dialogOf, icon, make, nameOf, show, toast, tool } from "./dom.js";
import { t } from "./words.js";

export class Tree {
  constructor(documents) {
    this.documents = documents;
    this.list = byId("tree");
    this.closed = new Set();
    this.problems = new Map();
    for (const type of ["files", "shown"]) {
      documents.addEventListener(type, () => this.draw());
    }
    byId("new-file").addEventListener("click", () => this.make());
    this.list.addEventListener("keydown", (event) => this.key(event));
  }

  /** How many errors a file has: shown beside its name. */
  count(path, errors) {
    if ((this.problems.get(path) ?? 0) === errors) return;
    this.problems.set(path, errors);
    this.draw();
  }

  draw() {
    const focused = document.activeElement?.closest?.("#tree [data-path]")?.dataset.path;
    const root = { folders: new Map(), files: [] };
    for (const { path } of this.documents.files) {
      const parts = path.split("/");
      let place = root;
      for (const part of parts.slice(0, -1)) {
        if (!place.folders.has(part)) place.folders.set(part, { folders: new Map(), files: [] });
        place = place.folders.get(part);
      }
      place.files.push(path);
    }
    this.list.replaceChildren(...this.rows(root, "", 1));
    const rows = this.visible();
    const front = this.documents.front?.path;
    const reached = rows.find((row) => row.dataset.path === (focused ?? front)) ?? rows[0];
    if (reached) reached.tabIndex = 0;
    if (focused) reached?.focus();
  }

  /** The tree is a flat list whose rows know their level: so each row is named by what it shows. */
  rows(place, above, level) {
    const folders = [...place.folders].flatMap(([name, inside]) => {
      const path = `${above}${name}`;
      const open = !this.closed.has(path);
      const row = this.folder(name, path, open, level);
      return open ? [row, ...this.rows(inside, `${path}/`, level + 1)] : [row];
    });
    return [...folders, ...place.files.map((path) => this.file(path, level))];
  }

  item(path, level, kind, row) {
    const item = make("li", kind, row);
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-level", String(level));
    item.style.paddingInlineStart = `${(level - 1) * 14}px`;
    item.dataset.path = path;
    item.tabIndex = -1;
    return item;
  }

  folder(name, path, open, level) {
    const row = make("div", "row", icon("down", "turn"), make("span", "", name));
    const item = this.item(path, level, "folder", row);
    item.setAttribute("aria-expanded", String(open));
    row.addEventListener("click", () => this.turn(path, !open));
    return item;
  }

  file(path, level) {
    const errors = this.problems.get(path) ?? 0;
    const row = make("div", "row", icon("file"), make("span", "", nameOf(path)));
    if (errors) row.append(make("span", "errors", String(errors)));
    row.append(
      this.act("pen", t("rename"), () => this.rename(path)),
      this.act("bin", t("delete"), () => this.remove(path)),
    );
    const item = this.item(path, level, "file", row);
    item.setAttribute("aria-selected", String(this.documents.front?.path === path));
    row.addEventListener("click", () => this.show(path));
    return item;
  }

  /** The small buttons of a row are for the pointer; the keys F2 and Delete do the same. */
  act(name, label, pressed) {
    const button = tool(name, label, (event) => {
      event.stopPropagation();
      pressed();
    });
    button.tabIndex = -1;
    button.setAttribute("aria-hidden", "true");
    return button;
  }

  turn(path, open) {
    if (open) this.closed.delete(path);
    else this.closed.add(path);
    this.draw();
    this.visible()
      .find((row) => row.dataset.path === path)
      ?.focus();
  }

  visible = () => [...this.list.querySelectorAll("[role=treeitem]")];

  key(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const { path } = item.dataset;
    const isFile = item.classList.contains("file");
    const rows = this.visible();
    const at = rows.indexOf(item);
    const go = (row) => row && this.focus(row);
    const open = item.getAttribute("aria-expanded") === "true";
    const act = {
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows.at(-1)),
      ArrowRight: () => (isFile ? null : open ? go(rows[at + 1]) : this.turn(path, true)),
      ArrowLeft: () => (open ? this.turn(path, false) : go(this.above(rows, at))),
      Enter: () => (isFile ? this.open(path) : this.turn(path, !open)),
      " ": () => (isFile ? this.show(path) : this.turn(path, !open)),
      F2: () => isFile && this.rename(path),
      Delete: () => isFile && this.remove(path),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** The folder that a row lies in. */
  above(rows, at) {
    const level = (row) => Number(row.getAttribute("aria-level"));
    return rows.slice(0, at).findLast((row) => level(row) < level(rows[at]));
  }

  focus(row) {
    for (const other of this.visible()) other.tabIndex = -1;
    row.tabIndex = 0;
    row.focus();
  }

  /** Shows a file: a text in an editor, a picture as one. */
  async show(path) {
    const opened = await this.documents.show(path).catch((error) => toast(error.message, true));
    if (opened) return opened;
    if (/\.(png|jpe?g|gif|webp|ico)$/i.test(path)) return this.picture(path);
    return toast(t("not_text"));
  }

  picture(path) {
    const image = make("img", "shown-picture");
    Object.assign(image, { src: this.documents.bot.addressOf(path), alt: nameOf(path) });
    show(dialogOf(path, image, []));
  }

  async open(path) {
    const opened = await this.show(path);
    opened?.view.focus();
  }

  /** Takes files from the person's disk, beside the file in front. */
  upload() {
    const chooser = Object.assign(make("input"), { type: "file", multiple: true });
    const folder = this.folderInFront;
    chooser.addEventListener("change", async () => {
      for (const file of chooser.files) {
        const made = this.documents.create(folder + file.name, file);
        await made.catch((error) => toast(error.message, true));
      }
    });
    chooser.click();
  }

  /** Where a new file belongs: beside the one in front. */
  get folderInFront() {
    const path = this.documents.front?.path ?? this.documents.files[0]?.path ?? "";
    return path.slice(0, path.lastIndexOf("/") + 1);
  }

  async make() {
    const folder = this.folderInFront;
    const value = `${folder}new.bas`;
    await ask({
      title: t("new_file"),
      text: t("new_file_text"),
      label: t("path"),
      value,
      yes: t("make_file"),
      select: [folder.length, value.length - 4],
      send: async (path) => {
        await this.documents.create(path);
        await this.open(path);
      },
    });
    this.documents.front?.view.focus();
  }

  async rename(path) {
    const name = path.length - nameOf(path).length;
    const ending = path.lastIndexOf(".");
    await ask({
      title: t("rename_file", nameOf(path)),
      label: t("path"),
      value: path,
      yes: t("rename"),
      select: [name, ending],
      send: (to) => (to === path ? null : this.documents.rename(path, to)),
    });
  }

  async remove(path) {
    const asked = {
      title: t("delete_file", nameOf(path)),
      text: t("delete_text"),
      yes: t("delete"),
    };
    if (!(await confirm(asked))) return;
    await this.documents.remove(path).catch((error) => toast(error.message, true));
  }
}
