/** Servers for the chat panel: one for each bot, started when it is needed and ended with the editor. */

import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { start } from "../program";

/** How long a server may take to begin, in milliseconds. */
const START_MS = 30_000;
/** How often it is asked whether it has begun, in milliseconds. */
const ASK_MS = 100;

/** A server that answers. */
export interface Running {
  address: string;
}

/** A port that nobody uses. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

class Own implements Running {
  private constructor(
    readonly address: string,
    private readonly child: ChildProcess,
    private readonly data: string,
  ) {}

  /** Starts one for a bot, with data that are gone when it ends. */
  static async start(bot: string, log: vscode.LogOutputChannel): Promise<Own> {
    const port = await freePort();
    const data = await mkdtemp(path.join(tmpdir(), "basilect-chat-"));
    const address = `127.0.0.1:${port}`;
    // Its input ends with the editor, however that ends, and so does the server.
    const args = ["serve", bot, "--listen", address, "--data", data, "--until-input-ends"];
    const child = start(args, { cwd: path.dirname(bot), input: "pipe" });
    // The token on standard output is a secret of this one start; it is not kept anywhere.
    child.stdout?.resume();
    child.stderr?.setEncoding("utf8").on("data", (text: string) => log.info(text.trimEnd()));
    const own = new Own(`http://${address}`, child, data);
    try {
      await own.begun();
      return own;
    } catch (error) {
      await own.end();
      throw error;
    }
  }

  get lives(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private async begun(): Promise<void> {
    let failed: Error | undefined;
    this.child.on("error", (error) => (failed = error));
    const until = Date.now() + START_MS;
    while (Date.now() < until) {
      if (failed) throw failed;
      if (!this.lives) throw new Error("the server did not start; the output channel says why");
      const answer = await fetch(`${this.address}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
    throw new Error(`the server did not answer within ${START_MS / 1_000} seconds`);
  }

  async end(): Promise<void> {
    if (this.lives) {
      const ended = new Promise((resolve) => this.child.once("close", resolve));
      this.child.kill();
      const late = setTimeout(() => this.child.kill("SIGKILL"), 3_000);
      await ended;
      clearTimeout(late);
    }
    await rm(this.data, { recursive: true, force: true });
  }
}

/** All servers of this window. */
export class Servers implements vscode.Disposable {
  private readonly own = new Map<string, Promise<Own>>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** The server for a bot: that of the settings, else one of its own. */
  async of(bot: string): Promise<Running> {
    const set = vscode.workspace.getConfiguration("basilect").get("chat.server", "").trim();
    if (set !== "") return { address: set.replace(/\/+$/, "") };
    const known = await this.own.get(bot)?.catch(() => undefined);
    if (known?.lives) return known;
    const fresh = Own.start(bot, this.log);
    this.own.set(bot, fresh);
    fresh.catch(() => this.own.delete(bot));
    return fresh;
  }

  async dispose(): Promise<void> {
    const all = [...this.own.values()];
    this.own.clear();
    await Promise.all(all.map((server) => server.then((one) => one.end()).catch(() => undefined)));
  }
}
