/** The language server, and its item in the status bar. */

import * as vscode from "vscode";
import {
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";
import { programPath, run, tellMissing } from "./program";

/** What the server knows: scripts, transcripts, settings of bots. */
const LANGUAGES = ["basilect", "basilect-transcript", "basilect-config"];

/** Starts, restarts and stops the server as settings and trust want it. */
export class Server implements vscode.Disposable {
  readonly output = vscode.window.createOutputChannel("Basilect", { log: true });
  private readonly item = vscode.window.createStatusBarItem(
    "basilect.server",
    vscode.StatusBarAlignment.Right,
    100,
  );
  private client: LanguageClient | undefined;
  private version = "";
  /** Starts and stops one after the other, however fast they are asked for. */
  private turn: Promise<void> = Promise.resolve();

  constructor() {
    this.item.name = "Basilect";
    this.item.command = "basilect.output";
    this.show("$(circle-slash) Basilect", "The language server is not running.");
    this.item.show();
  }

  /** Stops what runs and starts anew, where it is wanted. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.again()).catch((error: unknown) => this.failed(error));
    return this.turn;
  }

  async dispose(): Promise<void> {
    await this.turn.catch(() => undefined);
    await this.stop();
    this.item.dispose();
    this.output.dispose();
  }

  private async again(): Promise<void> {
    await this.stop();
    if (!vscode.workspace.isTrusted) {
      this.show(
        "$(shield) Basilect",
        "The language server runs only in folders that you trust.",
        "workbench.trust.manage",
      );
      return;
    }
    const wanted = vscode.workspace.getConfiguration("basilect").get("languageServer.enabled", true);
    if (!wanted) {
      this.show("$(circle-slash) Basilect", "The language server is switched off in the settings.");
      return;
    }
    this.show("$(sync~spin) Basilect", "The language server starts.");
    const told = await run(["--version"]);
    this.version = told.out.trim();
    this.client = this.make();
    await this.client.start();
  }

  private make(): LanguageClient {
    const command = programPath();
    const server: ServerOptions = { command, args: ["lsp"] };
    const options: LanguageClientOptions = {
      documentSelector: LANGUAGES.map((language) => ({ language, scheme: "file" })),
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    };
    const client = new LanguageClient("basilect", "Basilect", server, options);
    client.onDidChangeState(({ newState }) => this.state(newState));
    return client;
  }

  private state(state: State): void {
    if (state === State.Running) {
      this.show("$(check) Basilect", `${this.version}: the language server is running.`);
    } else if (state === State.Starting) {
      this.show("$(sync~spin) Basilect", "The language server starts.");
    } else {
      this.show("$(warning) Basilect", "The language server has stopped.", "basilect.restart");
    }
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client && client.state !== State.Stopped) await client.dispose();
  }

  private async failed(error: unknown): Promise<void> {
    this.output.error(String(error));
    this.show(
      "$(warning) Basilect",
      "The language server could not be started; click to try again.",
      "basilect.restart",
    );
    void tellMissing(error);
  }

  private show(text: string, tooltip: string, command = "basilect.output"): void {
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = command;
    this.item.accessibilityInformation = { label: `Basilect: ${tooltip}`, role: "button" };
  }
}
