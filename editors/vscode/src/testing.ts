/** The test explorer: transcripts of bots, run with `basilect test`. */

import * as path from "node:path";
import * as vscode from "vscode";
import { botOf, isTranscript } from "./bots";
import { start, tellMissing } from "./program";
import { Lines, told, type Outcome } from "./results";

const PATTERN = "**/tests/*.chat";
/** Transcripts that are looked for at most. */
const MOST_FILES = 10_000;

/** Finds transcripts, shows them as a tree of bots, and runs them. */
export class Transcripts implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("basilect", "Basilect");
  private readonly watcher = vscode.workspace.createFileSystemWatcher(PATTERN);
  private readonly profile: vscode.TestRunProfile;

  constructor() {
    this.controller.resolveHandler = () => this.refresh();
    this.controller.refreshHandler = () => this.refresh();
    this.profile = this.controller.createRunProfile(
      "Run",
      vscode.TestRunProfileKind.Run,
      (request, token) => this.run(request, token),
      true,
    );
    this.watcher.onDidCreate((file) => this.add(file));
    this.watcher.onDidDelete((file) => this.remove(file));
    void this.refresh();
  }

  /** Runs all transcripts of a bot, or of all bots. */
  async runBot(bot?: string): Promise<void> {
    await this.refresh();
    const item = bot === undefined ? undefined : this.controller.items.get(bot);
    const request = new vscode.TestRunRequest(item ? [item] : undefined, undefined, this.profile);
    await vscode.commands.executeCommand("workbench.view.testing.focus");
    await this.run(request, new vscode.CancellationTokenSource().token);
  }

  dispose(): void {
    this.watcher.dispose();
    this.controller.dispose();
  }

  private async refresh(): Promise<void> {
    const files = await vscode.workspace.findFiles(PATTERN, "**/node_modules/**", MOST_FILES);
    const known = new Set(files.map((file) => file.toString()));
    this.controller.items.forEach((bot) =>
      bot.children.forEach((test) => {
        if (!known.has(test.id) && test.uri) this.remove(test.uri);
      }),
    );
    files.sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1)).forEach((file) => this.add(file));
  }

  private add(file: vscode.Uri): void {
    const bot = botOf(file.fsPath);
    if (bot === undefined || !isTranscript(file.fsPath)) return;
    const parent =
      this.controller.items.get(bot) ??
      this.controller.createTestItem(bot, path.basename(bot), vscode.Uri.file(bot));
    this.controller.items.add(parent);
    const test = this.controller.createTestItem(
      file.toString(),
      path.basename(file.fsPath, ".chat"),
      file,
    );
    test.range = new vscode.Range(0, 0, 0, 0);
    parent.children.add(test);
  }

  private remove(file: vscode.Uri): void {
    const bot = botOf(file.fsPath) ?? "";
    const parent = this.controller.items.get(bot);
    parent?.children.delete(file.toString());
    if (parent?.children.size === 0) this.controller.items.delete(bot);
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    for (const [bot, tests] of this.wanted(request)) {
      if (token.isCancellationRequested) break;
      tests.forEach((test) => run.started(test));
      await new Bot(run, bot, tests).run(token).catch((error: unknown) => {
        tests.forEach((test) => run.errored(test, new vscode.TestMessage(String(error))));
        void tellMissing(error);
      });
    }
    run.end();
  }

  /** The tests that a request means, by their bots. */
  private wanted(request: vscode.TestRunRequest): Map<string, vscode.TestItem[]> {
    const found = new Map<string, vscode.TestItem[]>();
    const excluded = new Set(request.exclude?.map((test) => test.id));
    const take = (item: vscode.TestItem) => {
      if (excluded.has(item.id)) return;
      if (item.children.size > 0) {
        item.children.forEach(take);
        return;
      }
      const bot = item.uri && botOf(item.uri.fsPath);
      if (bot) found.set(bot, [...(found.get(bot) ?? []), item]);
    };
    if (request.include) request.include.forEach(take);
    else this.controller.items.forEach(take);
    return found;
  }
}

/** A run of transcripts of one bot. */
class Bot {
  private readonly open: Map<string, vscode.TestItem>;

  constructor(
    private readonly testRun: vscode.TestRun,
    private readonly bot: string,
    tests: vscode.TestItem[],
  ) {
    this.open = new Map(tests.map((test) => [path.resolve(test.uri?.fsPath ?? ""), test]));
  }

  run(token: vscode.CancellationToken): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = start(["test", "--json", this.bot, ...this.filter()]);
      const stop = token.onCancellationRequested(() => child.kill());
      const lines = new Lines(
        (outcome) => this.take(outcome),
        (line) => this.say(line),
      );
      const errors: string[] = [];
      child.stdout?.setEncoding("utf8").on("data", (piece: string) => lines.take(piece));
      child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
        if (errors.length < 1_000) errors.push(piece);
        this.say(piece);
      });
      child.on("error", (error) => {
        stop.dispose();
        reject(error);
      });
      child.on("close", () => {
        stop.dispose();
        lines.finish();
        this.rest(token.isCancellationRequested, errors.join(""));
        resolve();
      });
    });
  }

  /** A single test is asked for by its path; several run as all of the bot. */
  private filter(): string[] {
    const [only, ...others] = [...this.open.keys()];
    return only !== undefined && others.length === 0 ? ["--filter", only] : [];
  }

  private say(text: string): void {
    this.testRun.appendOutput(text.replace(/\r?\n/g, "\r\n") + (text.endsWith("\n") ? "" : "\r\n"));
  }

  private take(outcome: Outcome): void {
    const file = path.resolve(outcome.file);
    const test = this.open.get(file);
    if (!test) return;
    this.open.delete(file);
    if (outcome.verdict === "passed") {
      this.testRun.passed(test, outcome.took_ms);
      return;
    }
    const message = messageOf(outcome, test.uri);
    this.say(`${outcome.file}:${outcome.line ?? 1}\n${told(outcome)}`);
    if (outcome.verdict === "failed") this.testRun.failed(test, message, outcome.took_ms);
    else this.testRun.errored(test, message, outcome.took_ms);
  }

  /** What has no outcome was cancelled, or the program broke off. */
  private rest(cancelled: boolean, errors: string): void {
    for (const test of this.open.values()) {
      if (cancelled) this.testRun.skipped(test);
      else {
        const why = errors.trim() || "`basilect test` told nothing of this transcript.";
        this.testRun.errored(test, new vscode.TestMessage(why));
      }
    }
  }
}

function messageOf(outcome: Outcome, file: vscode.Uri | undefined): vscode.TestMessage {
  const failed = outcome.verdict === "failed";
  const message = failed
    ? vscode.TestMessage.diff(told(outcome), outcome.expected ?? "", outcome.got ?? "")
    : new vscode.TestMessage(told(outcome));
  if (file) {
    const line = Math.max(0, (outcome.line ?? 1) - 1);
    message.location = new vscode.Location(file, new vscode.Range(line, 0, line, 1_000));
  }
  return message;
}
