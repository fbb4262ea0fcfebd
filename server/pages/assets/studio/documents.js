/**
 * The files of the draft, and those that are open: what is written is saved by itself, and never
 * over something that was changed elsewhere meanwhile.
 *
 * Events: `files` (the list has changed), `open`, `close`, `shown` (another file is in front),
 * `state` (saved or not), `saved` (something was), `conflict`.
 */

import { Refused, Unreachable } from "./api.js";
import { settled } from "./dom.js";
import { t } from "./words.js";

/** How long the writing must rest before it is saved, in milliseconds. */
const REST = 500;
/** How long to wait before trying again what will pass: no connection, no session, no room. */
const AGAIN = 3000;

/**
 * An open file.
 * @typedef {{path: string, view: any, hash: string, saved: any, conflict: boolean}} Open
 */

export class Documents extends EventTarget {
  /** `makeView(path, text, changed)` makes an editor. */
  constructor(bot, makeView) {
    super();
    Object.assign(this, { bot, makeView });
    this.files = [];
    /** @type {Map<string, Open>} */
    this.open = new Map();
    this.front = null;
    this.failure = "";
    this.later = settled(REST, () => this.saveAll());
    this.channel = new BroadcastChannel(`basilect:studio:${bot.name}`);
    this.channel.addEventListener("message", ({ data }) => this.heard(data));
    window.addEventListener("beforeunload", (event) => this.leaving(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.saveAll(true);
    });
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  async load() {
    this.files = await this.bot.files();
    this.emit("files");
  }

  has = (path) => this.files.some((file) => file.path === path);

  /** Opens a file, or brings it to the front. */
  async show(path) {
    const opened = await this.ensure(path);
    if (!opened) return null;
    this.front = opened;
    this.emit("shown", opened);
    return opened;
  }

  /** The open file of a path; it is opened behind the others when it is not. */
  async ensure(path) {
    const known = this.open.get(path);
    if (known) return known;
    const about = this.files.find((file) => file.path === path);
    if (!about?.text) return null;
    const { text, hash } = await this.bot.read(path);
    if (this.open.has(path)) return this.open.get(path);
    const opened = { path, hash, conflict: false };
    opened.view = this.makeView(path, text, () => this.changed(opened));
    opened.saved = opened.view.state.doc;
    this.open.set(path, opened);
    this.emit("open", opened);
    return opened;
  }

  /** Closes a file, which is saved before. */
  async close(path) {
    const opened = this.open.get(path);
    if (!opened) return;
    await this.save(opened);
    if (this.isDirty(opened)) return;
    this.forget(opened);
  }

  forget(opened) {
    const paths = [...this.open.keys()];
    const at = paths.indexOf(opened.path);
    this.open.delete(opened.path);
    opened.view.destroy();
    this.emit("close", opened);
    if (this.front !== opened) return;
    const next = paths[at + 1] ?? paths[at - 1];
    this.front = next ? this.open.get(next) : null;
    this.emit("shown", this.front);
  }

  isDirty = (opened) => !opened.view.state.doc.eq(opened.saved);

  get dirty() {
    return [...this.open.values()].some(this.isDirty);
  }

  changed(opened) {
    this.emit("state", opened);
    this.later();
  }

  async saveAll(keep = false) {
    for (const opened of this.open.values()) await this.save(opened, keep);
  }

  async save(opened, keep = false) {
    if (opened.saving) await opened.saving;
    if (!this.isDirty(opened) || opened.conflict) return;
    opened.saving = this.write(opened, keep);
    await opened.saving;
    opened.saving = null;
    this.emit("state", opened);
  }

  async write(opened, keep) {
    const doc = opened.view.state.doc;
    this.emit("state", opened);
    try {
      opened.hash = await this.bot.write(opened.path, doc.toString(), opened.hash, keep);
      opened.saved = doc;
      this.failure = "";
      this.noted(opened.path, opened.hash);
    } catch (error) {
      this.failed(opened, error);
    }
  }

  failed(opened, error) {
    if (error instanceof Refused && error.code === "changed") {
      this.failure = "";
      opened.conflict = true;
      return this.emit("conflict", opened);
    }
    const passes = error instanceof Unreachable || error.status === 401 || error.status >= 429;
    const word = error.status === 401 ? "signed_out" : "offline";
    this.failure = passes ? word : error.message;
    if (passes) setTimeout(() => this.later(), AGAIN);
  }

  /** A file has this hash now, by our doing: other tabs are told. */
  noted(path, hash) {
    const file = this.files.find((one) => one.path === path);
    if (file) file.hash = hash;
    this.channel.postMessage({ path, hash });
    this.emit("saved", { path });
  }

  /** Another tab has written a file: it is read again, unless this tab has changed it as well. */
  async heard({ path, hash, files }) {
    if (files) await this.load();
    const opened = this.open.get(path);
    if (!opened || opened.hash === hash) return;
    if (!this.has(path)) return this.forget(opened);
    if (!this.isDirty(opened)) await this.takeTheirs(opened);
    this.emit("saved", { path });
  }

  /** Takes what is on the server. */
  async takeTheirs(opened) {
    const { text, hash } = await this.bot.read(opened.path);
    const { view } = opened;
    Object.assign(opened, { hash, conflict: false });
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    opened.saved = view.state.doc;
    this.emit("state", opened);
  }

  /** Writes ours over what is on the server. */
  async keepMine(opened) {
    const there = await this.bot.read(opened.path).catch(() => null);
    Object.assign(opened, { hash: there?.hash ?? null, conflict: false });
    await this.save(opened);
  }

  /** Makes a file. */
  async create(path, text = "") {
    const hash = await this.bot.write(path, text, null);
    await this.load();
    this.channel.postMessage({ path, hash, files: true });
    this.emit("saved", { path });
  }

  async remove(path) {
    const opened = this.open.get(path);
    if (opened) await this.save(opened);
    const file = this.files.find((one) => one.path === path);
    await this.bot.remove(path, opened?.hash ?? file.hash);
    if (opened) this.forget(opened);
    await this.afterMove(path);
  }

  /** Gives a file another name or place; the files that name it follow. */
  async rename(from, to) {
    if (this.has(to)) throw new Error(t("taken", to));
    // What follows is asked before, while the old name still means something, and written after.
    const edit = await this.willRename?.(from, to);
    const opened = this.open.get(from);
    if (opened) await this.save(opened);
    await this.bot.rename(from, to);
    if (opened) this.forget(opened);
    await this.load();
    this.channel.postMessage({ path: from, files: true });
    for (const path of [from, to]) this.emit("saved", { path });
    if (opened) await this.show(to);
    await this.renamed?.(edit, from, to);
  }

  async afterMove(path) {
    await this.load();
    this.channel.postMessage({ path, files: true });
    this.emit("saved", { path });
  }

  /** The page goes away: what is not saved is held back by a question. */
  leaving(event) {
    if (!this.dirty) return;
    this.saveAll(true);
    event.preventDefault();
  }
}
