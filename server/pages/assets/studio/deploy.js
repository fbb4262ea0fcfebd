/** Deploying with a plan that is seen first, and going back to an earlier version. */

import { EditorState, EditorView, lineNumbers, unifiedMergeView } from "../vendor/codemirror.js";
import { button, dialogOf, icon, make, show, toast } from "./dom.js";
import { language } from "../strings.js";
import { t } from "./words.js";

const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const nonce = document.querySelector("link[nonce]").nonce;

export class Deploy {
  constructor(bot, documents, checks) {
    Object.assign(this, { bot, documents, checks });
  }

  /** Shows what a deploy would do; `version` is an earlier one to go back to. */
  async open(version = null) {
    await this.documents.saveAll();
    const plan = make("div", "plan", make("p", "muted", t("plan_reading")));
    plan.setAttribute("aria-live", "polite");
    const title = version ? t("back_title", version.slice(0, 10)) : t("plan_title", this.bot.name);
    const dialog = dialogOf(title, plan, [], "wide");
    show(dialog);
    await this.fill(dialog, plan, version);
  }

  async fill(dialog, place, version) {
    try {
      const plan = await this.bot.plan(version);
      place.replaceChildren(...this.parts(plan));
      this.actions(dialog, place, plan);
    } catch (error) {
      place.replaceChildren(make("p", "wrong", error.message));
    }
  }

  actions(dialog, place, plan) {
    const close = button(t("cancel"), () => dialog.close(""));
    const failing = plan.tests?.some(({ verdict }) => verdict !== "passed");
    const words = plan.rollback
      ? t("back_confirm")
      : failing
        ? t("plan_anyway")
        : t("plan_confirm");
    const go = button(words, () => this.go(dialog, place, plan, go), "button");
    const foot = dialog.querySelector(".actions");
    if (plan.errors.length || plan.same) {
      close.textContent = t("close");
      foot.replaceChildren(close);
      return close.focus();
    }
    foot.replaceChildren(close, go);
    return go.focus();
  }

  async go(dialog, place, plan, go) {
    go.disabled = true;
    try {
      const done = await this.bot.deploy({
        version: plan.version,
        base: plan.base,
        rollback: plan.rollback,
      });
      this.done(dialog, place, done);
    } catch (error) {
      if (error.status !== 409) {
        place.prepend(make("p", "wrong", error.message));
        go.disabled = false;
        return;
      }
      await this.fill(dialog, place, plan.rollback ? plan.version : null);
      place.prepend(verdict("warning", "warn", t("plan_stale")));
    }
  }

  done(dialog, place, { folder }) {
    const see = make("a", "button", t("see_live"));
    see.href = `/${encodeURIComponent(this.bot.name)}`;
    see.target = "_blank";
    place.replaceChildren(verdict("tick", "good", t("deployed", this.bot.name)));
    if (folder?.written) place.append(make("p", "muted", t("folder_written")));
    if (folder?.kept) place.append(make("p", "muted", t("folder_kept", folder.kept)));
    dialog.querySelector(".actions").replaceChildren(
      button(t("close"), () => dialog.close("")),
      see,
    );
    see.focus();
  }

  parts(plan) {
    const parts = [this.verdict(plan), this.testsVerdict(plan)];
    if (plan.errors.length) {
      parts.push(
        list(
          "",
          plan.errors.map((one) => `${one.path}:${one.line}  ${one.message}`),
        ),
      );
      return parts.filter(Boolean);
    }
    if (plan.same) return parts.filter(Boolean);
    if (plan.folder) parts.push(this.folder(plan.folder));
    parts.push(
      this.files(plan.files),
      this.conversations(plan),
      list(
        t("plan_tables"),
        plan.tables.map((one) => t(`table_${one.kind}`, ...one.words)),
      ),
      list(t("plan_schedules"), plan.schedules.map(sign)),
      list(t("plan_settings"), plan.settings.map(sign)),
    );
    return parts.filter(Boolean);
  }

  verdict(plan) {
    if (plan.errors.length) return verdict("error", "bad", t("plan_errors"));
    if (plan.same) return verdict("tick", "good", t("plan_same"));
    if (!plan.base) return verdict("hint", "", t("plan_new", `/${this.bot.name}`));
    return null;
  }

  testsVerdict({ tests, errors, rollback }) {
    if (errors.length || rollback) return null;
    const passed = tests.filter(({ verdict: one }) => one === "passed").length;
    if (!tests.length) return verdict("hint", "", t("plan_no_tests"));
    return passed === tests.length
      ? verdict("tick", "good", t("plan_tests_passed", passed))
      : verdict("warning", "warn", t("plan_tests_failed", tests.length - passed, tests.length));
  }

  folder({ changed, kept }) {
    if (kept) return verdict("hint", "", t("folder_kept", kept));
    if (!changed.length) return null;
    const box = verdict("warning", "warn", t("folder_changed", changed.join(", ")));
    box.append(
      button(t("folder_take"), async () => {
        const { taken } = await this.bot.takeFolder();
        await this.documents.load();
        for (const path of taken) await this.documents.heard({ path, hash: null });
        box.closest("dialog").close("");
        this.open();
      }),
    );
    return box;
  }

  files(files) {
    const rows = files.map((file) => {
      const box = make(
        "details",
        "",
        make(
          "summary",
          "",
          make("span", "", file.path),
          make("span", `kind ${file.kind}`, t(`plan_${file.kind}`)),
        ),
      );
      box.addEventListener(
        "toggle",
        () => box.open && box.children.length < 2 && box.append(make("div", "", difference(file))),
      );
      return make("li", "", box);
    });
    const inside = rows.length
      ? make("ul", "lines", ...rows)
      : make("p", "muted", t("plan_nothing"));
    return make("section", "", make("h3", "", t("plan_files")), inside);
  }

  conversations({ waiting, base }) {
    if (!base) return null;
    const words = waiting.length
      ? waiting.map(({ version, count, more }) =>
          t(more ? "plan_waiting_more" : "plan_waiting", count, version.slice(0, 10)),
        )
      : [t("plan_nobody")];
    return list(t("plan_conversations"), words);
  }

  /** All versions that were in service. */
  async versions() {
    const { versions, current } = await this.bot.versions();
    const rows = versions.map((one, index) => {
      const now = one.version === current;
      const row = make(
        "li",
        "",
        make("code", "", one.version.slice(0, 10)),
        make("span", "muted", `${moment.format(one.at)} · ${t(`origin_${one.origin}`)}`),
      );
      if (now && versions.findIndex(({ version }) => version === current) === index) {
        row.append(make("small", "pill on", t("current")));
      } else if (!now) {
        row.append(
          button(t("go_back"), () => {
            dialog.close("");
            this.open(one.version);
          }),
        );
      }
      return row;
    });
    const inside = rows.length
      ? make("ul", "versions", ...rows)
      : make("p", "muted", t("history_none"));
    const dialog = dialogOf(t("history_title", this.bot.name), inside, []);
    await show(dialog).catch((error) => toast(error.message, true));
  }
}

function verdict(name, kind, words) {
  return make("div", `verdict ${kind}`, icon(name), make("span", "", words));
}

function list(title, words) {
  if (!words.length) return null;
  const items = words.map((one) => make("li", "", one));
  return make("section", "", title ? make("h3", "", title) : "", make("ul", "", ...items));
}

const sign = ({ kind, text }) => `${{ added: "+", removed: "−", changed: "~" }[kind]} ${text}`;

/** What changes in a file, line by line. */
function difference({ before, after }) {
  if (before === null && after === null) return make("p", "note", t("not_text"));
  const both = before !== null && after !== null;
  const changes = unifiedMergeView({
    original: before ?? "",
    mergeControls: false,
    gutter: true,
    collapseUnchanged: { margin: 2, minSize: 4 },
  });
  const { dom, contentDOM } = new EditorView({
    doc: after ?? before,
    extensions: [
      EditorView.cspNonce.of(nonce),
      lineNumbers(),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.lineWrapping,
      both ? changes : [],
    ],
  });
  contentDOM.tabIndex = 0;
  return dom;
}
