/** The studio of one bot: puts files, editor, language server, chat and checks together. */

import {
  findReferences,
  formatDocument,
  gotoLine,
  jumpToDefinition,
  keymap,
  nextDiagnostic,
  openSearchPanel,
  showSignatureHelp,
  toggleComment,
  toggleTabFocusMode,
  LSPPlugin,
} from "../vendor/codemirror.js";
import { modeButton } from "../theme.js";
import { Bot, session } from "./api.js";
import { Checks } from "./checks.js";
import { add, commands, keyOf, listen, run } from "./commands.js";
import { Deploy } from "./deploy.js";
import {
  button,
  byId,
  confirm,
  dialogOf,
  keyName,
  make,
  nameOf,
  settled,
  show,
  toast,
} from "./dom.js";
import { Documents } from "./documents.js";
import { isServed, makeEditor } from "./editor.js";
import {
  actionsAt,
  applyEdit,
  completion,
  folding,
  hovering,
  renameName,
  semanticColours,
} from "./features.js";
import { Outline, Search } from "./find.js";
import { tour } from "./home.js";
import { Language } from "./language.js";
import { Layout, memory, tabGroup } from "./layout.js";
import { Palette } from "./palette.js";
import { Problems } from "./problems.js";
import { Tabs } from "./tabs.js";
import { Talk } from "./talk.js";
import { Travel } from "./travel.js";
import { Tree } from "./tree.js";
import { t } from "./words.js";

export class Ide {
  constructor(name, about) {
    this.bot = new Bot(name);
    this.about = about;
    byId("ide").hidden = false;
    byId("bot-name").textContent = about.title ?? name;
    byId("tree-title").textContent = `${name}.gbai`;
    modeButton(byId("mode"));
    this.language = new Language(this.bot);
    this.documents = new Documents(this.bot, (...of) => this.editor(...of));
    this.layout = new Layout();
    this.tree = new Tree(this.documents);
    this.tabs = new Tabs(this.documents);
    this.problems = new Problems(this.language, this.documents, this.tree);
    this.outline = new Outline(this.language, this.documents);
    this.search = new Search(this.documents);
    this.talk = new Talk(this.documents);
    this.checks = new Checks(this.documents, this.talk);
    this.deploy = new Deploy(this.bot, this.documents, this.checks);
    this.travel = new Travel(this.bot, this.documents, this.talk);
    this.palette = new Palette(this.documents, this.outline);
    this.side = tabGroup(byId("side").querySelector(".switch"), (tab) => this.sideShown(tab));
    this.bottom = tabGroup(byId("bottom").querySelector(".switch"), (tab) => this.bottomShown(tab));
    this.documents.willRename = (from, to) => this.language.willRename(from, to);
    this.documents.renamed = (...of) => this.renamed(...of);
    this.commands();
    this.listen();
  }

  /** The places that name a file get its new name. */
  async renamed(edit, from, to) {
    const { places } = await applyEdit(this.documents, edit, (path) => (path === from ? to : path));
    if (!places) return;
    await this.documents.saveAll();
    toast(t("places_follow", places));
  }

  async start() {
    await this.documents.load();
    this.language.start(this.documents);
    const kept = memory.get(`front:${this.bot.name}`);
    const first =
      this.documents.files.find(({ path }) => path === kept) ??
      this.documents.files.find(({ path }) => path.endsWith("/start.bas")) ??
      this.documents.files.find(({ path }) => path.endsWith(".bas"));
    if (first) await this.documents.show(first.path);
    this.documents.front?.view.focus();
    await this.talk.build();
    if (!memory.get("toured")) {
      tour({ fix: keyOf("fix"), closed: () => memory.set("toured", true) });
    }
  }

  editor(path, text, changed) {
    const served = isServed(path)
      ? [
          this.language.plugin(path),
          completion(this.language, path),
          semanticColours(this.language, path),
          folding(this.language, path),
          hovering(this.language, path),
        ]
      : [];
    const keys = keymap.of([
      { key: "F12", run: jumpToDefinition },
      { key: "Shift-F12", run: findReferences },
      { key: "Shift-Alt-f", run: () => run("format") ?? true },
      { key: "F2", run: () => run("rename-symbol") ?? true },
      { key: "Mod-.", run: () => run("fix") ?? true },
    ]);
    const label = nameOf(path);
    return makeEditor({ path, text, label, changed, extensions: [keys, served] });
  }

  sideShown(tab) {
    if (tab === "outline") this.outline?.draw();
  }

  bottomShown(tab) {
    if (byId("room").dataset.folded === "yes") this.layout.fold(false);
    if (tab === "travel") this.travel?.shown();
  }

  listen() {
    const { documents, language } = this;
    const state = settled(60, () => this.state());
    for (const type of ["state", "saved", "conflict", "shown"])
      documents.addEventListener(type, state);
    documents.addEventListener("shown", ({ detail }) => {
      if (!detail) return;
      memory.set(`front:${this.bot.name}`, detail.path);
      this.layout.place("middle");
    });
    documents.addEventListener("saved", ({ detail }) => {
      if (!documents.open.has(detail.path))
        language.touched(detail.path, documents.has(detail.path) ? 2 : 3);
    });
    language.addEventListener("state", ({ detail }) => this.line(detail.online));
    window.addEventListener("signed-out", () => this.signedOut());
    byId("deploy").addEventListener("click", () => run("deploy"));
    byId("help").addEventListener("click", () => this.help());
    listen();
    this.state();
  }

  /** The server is there, or is not: a short break is not worth a word. */
  line(online) {
    clearTimeout(this.lost);
    if (online) {
      byId("banner").textContent = "";
      // A server that was started anew has forgotten the draft's program.
      if (this.wasLost) this.talk.build();
      this.wasLost = false;
      return;
    }
    this.wasLost = true;
    this.lost = setTimeout(async () => {
      const signedIn = await session.isOpen().catch(() => null);
      if (signedIn === false) return this.signedOut();
      byId("banner").textContent = t(signedIn ? "language_lost" : "offline");
    }, 2500);
  }

  /** Whether everything is saved, in one word. */
  state() {
    const { documents } = this;
    const [element, { failure }] = [byId("save-state"), documents];
    const held = [...documents.open.values()].some(({ conflict }) => conflict);
    const words =
      failure === "offline" || failure === "signed_out" || held
        ? t("unsaved")
        : failure
          ? t("save_failed", failure)
          : documents.dirty
            ? t("saving")
            : t("saved");
    if (failure === "offline") byId("banner").textContent = t("offline");
    else if (this.wasOffline) byId("banner").textContent = "";
    this.wasOffline = failure === "offline";
    if (element.textContent !== words) element.textContent = words;
    element.classList.toggle("bad", Boolean(failure));
  }

  signedOut() {
    const link = make("a", "button", t("sign_in"));
    link.href = location.pathname;
    link.target = "_blank";
    byId("banner").replaceChildren(t("signed_out"), link);
  }

  get view() {
    return this.documents.front?.view;
  }

  /** Runs a command of the editor on the file in front. */
  with(command) {
    return () => {
      if (!this.view) return;
      this.view.focus();
      command(this.view);
    };
  }

  commands() {
    const bottom = (name) => () => {
      this.bottom(name);
      this.layout.place("bottom");
    };
    const side = (name) => {
      this.side(name);
      this.layout.place("side");
    };
    const command = (name, keys, act) =>
      add({ name, title: t(`command_${name.replaceAll("-", "_")}`), keys, run: act });
    command("palette", ["Mod-k", "F1", "Mod-Shift-p"], () =>
      this.palette.open(">"),
    );
    command("quick-open", ["Mod-p"], () => this.palette.open(""));
    command("symbols", ["Mod-Shift-o"], () => this.palette.open("@"));
    command("line", ["Mod-g"], () => this.palette.open(":"));
    command("save", ["Mod-s"], () => this.documents.saveAll());
    command("new-file", ["Alt-n"], () => this.tree.make());
    command("upload", [], () => this.tree.upload());
    command("rename-file",
      [],
      () => this.view && this.tree.rename(this.documents.front.path),
    );
    command("delete-file",
      [],
      () => this.view && this.tree.remove(this.documents.front.path),
    );
    command("close",
      ["Alt-w"],
      () => this.view && this.documents.close(this.documents.front.path),
    );
    command("next-file", ["Alt-PageDown"], () => this.step(1));
    command("previous-file", ["Alt-PageUp"], () => this.step(-1));
    command("search",
      ["Mod-Shift-f"],
      () => (side("search"), byId("search-words").focus()),
    );
    command("find", [], this.with(openSearchPanel));
    command("files",
      ["Mod-Shift-e"],
      () => (side("files"), byId("tree").querySelector("[tabindex='0']")?.focus()),
    );
    command("outline", [], () => side("outline"));
    command("editor",
      ["Alt-e"],
      () => (this.layout.place("middle"), this.view?.focus()),
    );
    command("chat",
      ["Alt-c"],
      () => (this.layout.place("talk"), this.talk.focus()),
    );
    command("restart", ["Alt-r"], () => this.talk.anew());
    command("record", [], () => this.talk.record());
    command("problems", ["Mod-Shift-m"], bottom("problems"));
    command("next-problem", ["F8"], this.with(nextDiagnostic));
    command("fix", ["Mod-."], () => this.problems.offer());
    command("fix-all", [], () =>
      this.source("source.fixAll"),
    );
    command("spellings", [], () =>
      this.source("source.usualSpelling"),
    );
    command("tests", ["Alt-t"], () => (bottom("tests")(), this.checks.run()));
    command("travel", [], bottom("travel"));
    command("panel", ["Mod-j"], () => this.layout.fold());
    command("format", ["Shift-Alt-f"], this.with(formatDocument));
    command("comment", ["Mod-/"], this.with(toggleComment));
    command("rename-symbol", ["F2"], () => {
      const row = document.activeElement?.closest?.("#tree .file");
      if (row) return this.tree.rename(row.dataset.path);
      return this.served && renameName(this.language, this.documents, this.documents.front);
    });
    command("definition", [], this.with(jumpToDefinition));
    command("references", [], this.with(findReferences));
    command("signature", [], this.with(showSignatureHelp));
    command("tab", [], this.with(toggleTabFocusMode));
    command("deploy", ["Alt-d"], () => this.deploy.open());
    command("versions", [], () => this.deploy.versions());
    command("drop", [], () => this.drop());
    command("mode", [], () => byId("mode").click());
    command("keys", [], () => this.keys());
    command("manual", [], () => window.open("/manual/", "_blank", "noopener"));
    command("live", [], () =>
      window.open(`/${encodeURIComponent(this.bot.name)}`, "_blank", "noopener"),
    );
    command("home", [], () => (location.href = "/studio"));
    command("sign-out", [], async () => {
      await this.documents.saveAll();
      await session.close();
      location.href = "/studio";
    });
  }

  get served() {
    return this.view && LSPPlugin.get(this.view);
  }

  step(by) {
    const paths = [...this.documents.open.keys()];
    const at = paths.indexOf(this.documents.front?.path);
    const next = paths[(at + by + paths.length) % paths.length];
    if (next) this.tabs.bring(next);
  }

  /** An action for the whole file. */
  async source(kind) {
    if (!this.served) return;
    const opened = this.documents.front;
    const actions = await actionsAt(this.language, opened, 0, opened.view.state.doc.length, [kind]);
    if (!actions.length) return toast(t("no_fix"));
    await applyEdit(this.documents, actions[0].edit);
  }

  async drop() {
    const asked = {
      title: t("drop_title", this.bot.name),
      text: t("drop_text"),
      yes: t("drop_draft"),
    };
    if (!(await confirm(asked))) return;
    await this.bot.drop();
    for (const opened of this.documents.open.values()) opened.saved = opened.view.state.doc;
    location.href = "/studio";
  }

  help() {
    const list = make("div", "choices");
    const dialog = dialogOf(t("help"), list, [], "narrow");
    const entry = (words, act) =>
      button(
        words,
        () => {
          dialog.close("");
          act();
        },
        "choice",
      );
    list.append(
      entry(t("manual"), () => run("manual")),
      entry(t("shortcuts"), () => this.keys()),
      entry(t("history"), () => run("versions")),
      entry(t("drop_draft"), () => run("drop")),
      entry(t("sign_out"), () => run("sign-out")),
    );
    show(dialog);
  }

  keys() {
    const known = [
      ...commands,
      { title: t("command_definition"), keys: ["F12"] },
      { title: t("command_references"), keys: ["Shift-F12"] },
    ];
    const rows = known
      .filter(({ keys }) => keys?.length)
      .map(({ title, keys }) =>
        make(
          "li",
          "",
          make("span", "", title),
          make("span", "", ...keys.slice(0, 2).map((key) => make("kbd", "", keyName(key)))),
        ),
      );
    const escape = make(
      "li",
      "",
      make("span", "", t("command_leave_editor")),
      make("span", "", make("kbd", "", "Esc"), make("kbd", "", "Tab")),
    );
    const list = make("ul", "keys", escape, ...rows);
    list.tabIndex = 0;
    list.setAttribute("aria-label", t("shortcuts"));
    show(dialogOf(t("shortcuts"), list, [], "wide"));
  }
}
