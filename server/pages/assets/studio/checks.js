/** The tests of the draft: transcripts, run on the server. */

import { byId, icon, make, nameOf, roving } from "./dom.js";
import { reveal } from "./editor.js";
import { t } from "./words.js";

export class Checks {
  constructor(documents, talk) {
    Object.assign(this, { documents, talk });
    this.list = byId("test-list");
    this.results = new Map();
    byId("run-tests").addEventListener("click", () => this.run());
    documents.addEventListener("files", () => this.draw());
    roving(this.list, ".line");
  }

  get paths() {
    const isTest = ({ path }) =>
      path.endsWith(".chat") && path.split("/").slice(0, -1).includes("tests");
    return this.documents.files.filter(isTest).map(({ path }) => path);
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    byId("run-tests").disabled = true;
    byId("test-note").textContent = t("running");
    try {
      await this.documents.saveAll();
      const { tests, errors } = await this.documents.bot.tests();
      this.results = new Map(tests.map((test) => [test.path, test]));
      this.draw();
      if (errors.length) byId("test-note").textContent = t("cannot_test");
    } catch (error) {
      byId("test-note").textContent = error.message;
    } finally {
      this.busy = false;
      byId("run-tests").disabled = false;
    }
  }

  draw() {
    const { paths, results } = this;
    const of = (verdict) => paths.filter((path) => results.get(path)?.verdict === verdict).length;
    const [passed, failed] = [of("passed"), of("failed") + of("broken")];
    const words = failed
      ? t("tests_failed", passed, failed)
      : passed
        ? t("tests_passed", passed)
        : "";
    byId("test-note").textContent = paths.length ? words : t("no_tests");
    byId("run-tests").hidden = !paths.length;
    byId("test-count").textContent = failed || (passed ? "✓" : "");
    byId("test-count").classList.toggle("bad", failed > 0);
    this.list.replaceChildren(...paths.map((path) => this.row(path, results.get(path))));
  }

  row(path, result) {
    const icons = {
      passed: ["tick", "good"],
      failed: ["cross", "error"],
      broken: ["error", "error"],
    };
    const [name, kind] = icons[result?.verdict] ?? ["play", "idle"];
    const go = make("button", "line", icon(name, kind), make("span", "what", nameOf(path)));
    go.type = "button";
    if (result) go.append(make("small", "", `${t(result.verdict)} · ${result.took_ms} ms`));
    go.addEventListener("click", () => this.go(path, result?.line));
    const item = make("li", "", go);
    if (result?.verdict === "failed") item.append(this.difference(path, result));
    if (result?.verdict === "broken") item.append(make("pre", "difference", result.message));
    return item;
  }

  difference(path, { expected, got, said_by: saidBy }) {
    const side = (name, text, kind) => [make("dt", "", t(name)), make("dd", kind, text)];
    const box = make(
      "dl",
      "difference",
      ...side("expected", expected, "good"),
      ...side("got", got, "bad"),
    );
    if (saidBy) {
      const link = make("button", "link", saidBy);
      link.type = "button";
      const colon = saidBy.lastIndexOf(":");
      link.addEventListener("click", () =>
        this.go(saidBy.slice(0, colon), Number(saidBy.slice(colon + 1))),
      );
      box.append(make("dt", "", t("said_by")), make("dd", "", link));
    }
    return box;
  }

  async go(path, line = 1) {
    const opened = await this.documents.show(path);
    if (opened) reveal(opened.view, line);
  }
}
