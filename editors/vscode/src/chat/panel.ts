/** The chat panel: a page beside the script. The page draws; this side speaks with the server. */

import { randomBytes, randomUUID } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import { nameOf } from "../bots";
import { tellMissing } from "../program";
import { Conversation, type Frame } from "./events";
import type { Servers } from "./server";

/** From the page. */
type FromPage =
  | { type: "ready" }
  | { type: "say"; text: string; tool?: string }
  | { type: "attach" }
  | { type: "again" }
  | { type: "open"; url: string };

/** Largest file that is sent, in bytes; the server has its own limit. */
const FILE_BYTES = 50_000_000;

/** The panels, one for each bot. */
export class Panels {
  private readonly panels = new Map<string, Panel>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly servers: Servers,
  ) {}

  async open(bot: string): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage("The bot runs only in folders that you trust.");
      return;
    }
    const known = this.panels.get(bot);
    if (known) return known.reveal();
    const panel = new Panel(this.context, this.servers, bot);
    this.panels.set(bot, panel);
    panel.view.onDidDispose(() => this.panels.delete(bot));
  }
}

class Panel {
  readonly view: vscode.WebviewPanel;
  private conversation: Conversation | undefined;
  /** What was shown, for a page that is drawn anew. */
  private log: Frame[] = [];
  private connected = false;
  /** Counts conversations, so that what belongs to an old one is dropped. */
  private round = 0;

  constructor(
    context: vscode.ExtensionContext,
    private readonly servers: Servers,
    private readonly bot: string,
  ) {
    const root = context.extensionUri;
    this.view = vscode.window.createWebviewPanel(
      "basilect.chat",
      `Chat: ${nameOf(bot)}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      {
        enableScripts: true,
        localResourceRoots: [vscode.Uri.joinPath(root, "dist"), vscode.Uri.joinPath(root, "media")],
      },
    );
    this.view.iconPath = vscode.Uri.joinPath(root, "images", "script.svg");
    this.view.webview.html = page(this.view.webview, root, nameOf(bot));
    this.view.webview.onDidReceiveMessage((message: FromPage) => void this.take(message));
    this.view.onDidDispose(() => this.conversation?.close());
    void this.begin();
  }

  reveal(): void {
    this.view.reveal();
  }

  /** A new conversation from the start of the script. */
  private async begin(): Promise<void> {
    const round = ++this.round;
    this.conversation?.close();
    this.conversation = undefined;
    this.log = [];
    this.post({ type: "clear" });
    try {
      const { address } = await this.servers.of(this.bot);
      const opened = await Conversation.open(
        address,
        nameOf(this.bot),
        (frame) => round === this.round && this.show(frame),
        (connected) => round === this.round && this.line(connected),
      );
      if (round === this.round) this.conversation = opened;
      else opened.close();
    } catch (error) {
      this.failed(error);
    }
  }

  private async take(message: FromPage): Promise<void> {
    try {
      if (message.type === "ready") this.drawAgain();
      else if (message.type === "again") await this.begin();
      else if (message.type === "attach") await this.attach();
      else if (message.type === "open") await open(message.url);
      else await this.say(message.text, message.tool ? { tool: message.tool } : {});
    } catch (error) {
      this.failed(error);
    }
  }

  private async say(text: string, more: { files?: string[]; tool?: string }): Promise<void> {
    if (!this.conversation) throw new Error("There is no conversation; press “Start again”.");
    await this.conversation.say(randomUUID(), text, more);
  }

  private async attach(): Promise<void> {
    const [file] = (await vscode.window.showOpenDialog({ title: "Send a file to the bot" })) ?? [];
    if (!file || !this.conversation) return;
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > FILE_BYTES) throw new Error("This file is too large to send.");
    const bytes = await vscode.workspace.fs.readFile(file);
    const id = await this.conversation.upload(path.basename(file.path), bytes);
    await this.say("", { files: [id] });
  }

  private show(frame: Frame): void {
    if (frame.type === "item") this.log.push(frame);
    this.post({ type: "frame", frame });
  }

  private line(connected: boolean): void {
    this.connected = connected;
    this.post({ type: "line", connected });
  }

  private drawAgain(): void {
    this.post({ type: "clear" });
    this.log.forEach((frame) => this.post({ type: "frame", frame }));
    this.post({ type: "line", connected: this.connected });
  }

  private failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const frame: Frame = { type: "error", message };
    // Kept, because the page may not be there yet.
    this.log.push(frame);
    this.post({ type: "frame", frame });
    if ((error as NodeJS.ErrnoException).code === "ENOENT") void tellMissing(error);
  }

  private post(message: object): void {
    void this.view.webview.postMessage(message);
  }
}

/** Opens what a bot shows, if it is an address of the web. */
async function open(url: string): Promise<void> {
  if (/^https?:\/\//.test(url)) await vscode.env.openExternal(vscode.Uri.parse(url));
}

/** The page. Nothing in it runs but its own script, and it loads nothing from anywhere else. */
function page(webview: vscode.Webview, root: vscode.Uri, bot: string): string {
  const nonce = randomBytes(16).toString("base64url");
  const file = (...parts: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(root, ...parts)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const name = bot.replace(/[^\w .-]/g, "");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>Chat: ${name}</title>
<link rel="stylesheet" href="${file("media", "chat.css")}">
</head>
<body>
<header>
<h1>${name}</h1>
<span id="line" role="status">connecting…</span>
<button id="again" type="button">Start again</button>
</header>
<main>
<div id="log" role="log" aria-live="polite" aria-label="Conversation with ${name}" tabindex="0"></div>
<p id="typing" role="status" aria-live="polite"></p>
<div id="offers" role="group" aria-label="Suggestions"></div>
<form id="form">
<label for="text">Your answer</label>
<textarea id="text" rows="1" placeholder="Write, then press Enter" autocomplete="off"></textarea>
<button id="attach" type="button" aria-label="Send a file" title="Send a file">+</button>
<button id="send" type="submit">Send</button>
</form>
</main>
<script nonce="${nonce}" src="${file("dist", "chat.js")}"></script>
</body>
</html>`;
}

