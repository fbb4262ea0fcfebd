/** A window of Visual Studio Code in a browser, and a person before it. */

import { spawn, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { editor } from "./install.mjs";
import { basilect } from "../program.mjs";

const quiet = [
  "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
  "--disable-background-networking", "--disable-component-update",
];

/** How long a step may take, in milliseconds. */
const PATIENCE_MS = 20_000;

/** A port that nobody uses. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The editor's server with the extension, a folder to work in, and a browser. */
export class Editor {
  /** Starts all of it; `files` are the files of the folder, by their paths. */
  static async start(vsix, files) {
    const made = new Editor();
    made.home = mkdtempSync(join(tmpdir(), "basilect-vscode-"));
    made.folder = join(made.home, "work");
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(made.folder, path, ".."), { recursive: true });
      writeFileSync(join(made.folder, path), text);
    }
    made.settings({ "basilect.path": basilect, "telemetry.telemetryLevel": "off" });
    const root = editor();
    const main = join(root, "out/server-main.js");
    const common = [
      "--accept-server-license-terms",
      "--server-data-dir", join(made.home, "data"),
      "--extensions-dir", join(made.home, "extensions"),
    ];
    execFileSync("node", [main, ...common, "--install-extension", vsix], { stdio: "pipe" });
    made.port = await freePort();
    made.log = "";
    made.server = spawn(
      "node",
      [main, ...common, "--host", "127.0.0.1", "--port", made.port, "--without-connection-token",
        "--disable-telemetry"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [made.server.stdout, made.server.stderr]) {
      stream.on("data", (piece) => (made.log = (made.log + piece).slice(-20_000)));
    }
    await made.answers();
    made.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: quiet,
    });
    return made;
  }

  settings(values) {
    const folder = join(this.home, "data/data/Machine");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "settings.json"), JSON.stringify(values));
  }

  get address() {
    return `http://127.0.0.1:${this.port}`;
  }

  async answers() {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
      if (await fetch(this.address).then(({ ok }) => ok).catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the editor does not start:\n${this.log}`);
  }

  /** A window with the folder. */
  async window(options = {}) {
    const context = await this.browser.newContext({
      viewport: { width: 1400, height: 900 }, locale: "en-US", ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${this.address}/?folder=${this.folder}`);
    const window = new Window(page);
    await page.locator(".monaco-workbench .statusbar").waitFor();
    return window;
  }

  /** Processes of the program that this editor has started. */
  running() {
    const all = execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" });
    const rows = all.split("\n").map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row)).filter(Boolean);
    const ours = new Set([String(this.server.pid)]);
    const found = [];
    // A parent stands before its children in the list, but for numbers that began anew.
    for (const [, pid, parent, command] of [...rows, ...rows]) {
      if (!ours.has(parent) || ours.has(pid)) continue;
      ours.add(pid);
      if (command.startsWith(basilect)) found.push(command.slice(basilect.length).trim());
    }
    return found;
  }

  async stop() {
    await this.browser?.close();
    if (this.server && this.server.exitCode === null) {
      const ended = new Promise((resolve) => this.server.once("close", resolve));
      this.server.kill();
      await ended;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One window. */
export class Window {
  constructor(page) {
    this.page = page;
  }

  async trust(yes) {
    const button = this.page.getByRole("button", { name: yes ? /^Yes, I trust/ : /^No, I don't trust/ });
    await button.click();
    await button.waitFor({ state: "detached" });
  }

  /** Opens a file by its name, or by the end of its path. */
  async openFile(path) {
    const name = path.split("/").at(-1);
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.fill(path);
    const chosen = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name });
    await chosen.first().waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    await this.page.locator(".editor-instance .view-lines").first().waitFor();
  }

  async command(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.fill(`>${title}`);
    const chosen = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title });
    await chosen.first().waitFor();
    await this.page.keyboard.press("Enter");
    // Gone, or already the question that the command asks.
    await this.page.waitForFunction(() => {
      const widget = document.querySelector(".quick-input-widget");
      const written = widget?.querySelector("input.input")?.value ?? "";
      return !widget || widget.style.display === "none" || !written.startsWith(">");
    });
  }

  /** Writes into the open question of a command. */
  async answer(text) {
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press("Enter");
    await this.page.waitForFunction((given) => {
      const widget = document.querySelector(".quick-input-widget");
      const written = widget?.querySelector("input.input")?.value ?? "";
      return !widget || widget.style.display === "none" || written !== given;
    }, text);
  }

  /** Puts the cursor behind a place, and waits until the editor has the keyboard. */
  async at(line, column = 1) {
    await this.page.keyboard.press("Control+G");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  get status() {
    return this.page.locator('.statusbar-item[id="basilect.basilect.basilect.server"], .statusbar-item[id*="basilect.server"]');
  }

  /** The page inside the chat panel. */
  get chat() {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  async shot(name) {
    if (!process.env.SHOTS) return;
    mkdirSync(process.env.SHOTS, { recursive: true });
    await this.page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
  }
}
