/** The extension: what is made when the editor asks for it, and what each part needs. */

import * as vscode from "vscode";
import { botOf } from "./bots";
import { Panels } from "./chat/panel";
import { Servers } from "./chat/server";
import { Server } from "./client";
import { chosenBot, register as registerCommands, type Clicked } from "./commands";
import { register as registerDebugger } from "./debugging";
import { Transcripts } from "./testing";

/** A script alone is no bot that a server could serve. */
async function offerTerminal(script: string): Promise<void> {
  const choice = await vscode.window.showInformationMessage(
    "The chat is for bots, and this script lies in no folder NAME.gbai. It can be run in the terminal.",
    "Run in Terminal",
  );
  if (choice) await vscode.commands.executeCommand("basilect.run", script);
}

/** What tests of the extension may ask. */
export interface Api {
  readonly started: Promise<void>;
}

let ending: (() => Promise<unknown>) | undefined;

/** Called when the editor ends: servers are stopped and their data removed. */
export async function deactivate(): Promise<void> {
  await ending?.();
}

/** Called by the editor. Nothing of the folder is run before the person trusts it. */
export function activate(context: vscode.ExtensionContext): Api {
  const server = new Server();
  const servers = new Servers(server.output);
  ending = () => Promise.all([server.dispose(), servers.dispose()]);
  const add = (name: string, action: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, action));
  add("basilect.restart", () => server.restart());
  add("basilect.output", () => server.output.show());
  registerCommands(context, servers);
  const panels = new Panels(context, servers);
  add("basilect.chat", async (clicked?: Clicked) => {
    const bot = await chosenBot(clicked);
    if (bot && botOf(bot)) await panels.open(bot);
    else if (bot) await offerTerminal(bot);
  });
  const trusted = () => {
    registerDebugger(context);
    const transcripts = new Transcripts();
    context.subscriptions.push(transcripts);
    add("basilect.test", async (clicked?: Clicked) => {
      const bot = await chosenBot(clicked);
      if (bot) await transcripts.runBot(bot);
    });
    return server.restart();
  };
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(trusted),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const ours = ["basilect.path", "basilect.languageServer.enabled"];
      if (ours.some((name) => change.affectsConfiguration(name))) void server.restart();
    }),
  );
  return { started: vscode.workspace.isTrusted ? trusted() : server.restart() };
}
