/** Commands that hand over to the program. */

import * as path from "node:path";
import * as vscode from "vscode";
import { addressFault, botOf, nameFault } from "./bots";
import { programPath, runTelling } from "./program";
import type { Servers } from "./chat/server";

/** What was clicked: a file in the explorer, or a path or address that the language server names. */
export type Clicked = vscode.Uri | string | undefined;

function uriOf(clicked: Clicked): vscode.Uri | undefined {
  if (typeof clicked !== "string") return clicked;
  return clicked.startsWith("file:") ? vscode.Uri.parse(clicked) : vscode.Uri.file(clicked);
}

/** The bot that a command means: what was clicked, the open script, or what the person chooses. */
export async function chosenBot(clicked?: Clicked): Promise<string | undefined> {
  const open = vscode.window.activeTextEditor?.document.uri;
  for (const uri of [uriOf(clicked), open]) {
    if (uri?.scheme !== "file") continue;
    const bot = botOf(uri.fsPath);
    if (bot) return bot;
    if (path.extname(uri.fsPath).toLowerCase() === ".bas") return uri.fsPath;
  }
  const bots = await bots_();
  if (bots.length <= 1) {
    if (bots.length === 0) {
      void vscode.window.showInformationMessage(
        "There is no bot in this folder. “Basilect: New Bot…” begins one.",
      );
    }
    return bots[0];
  }
  const items = bots.map((bot) => ({ label: path.basename(bot), description: path.dirname(bot), bot }));
  return (await vscode.window.showQuickPick(items, { placeHolder: "Which bot?" }))?.bot;
}

/** Bots of the open folders. */
async function bots_(): Promise<string[]> {
  const files = await vscode.workspace.findFiles("**/*.gbai/**/*.bas", "**/node_modules/**", 5_000);
  const bots = files.map((file) => botOf(file.fsPath)).filter((bot) => bot !== undefined);
  return [...new Set(bots)].sort();
}

/** Talks with a bot, or one of its scripts, in a terminal that stays when the bot is done. */
async function talk(clicked?: Clicked, script?: unknown): Promise<void> {
  const bot = await chosenBot(clicked);
  if (!bot) return;
  const other = typeof script === "string" && botOf(bot) === bot ? ["--script", script] : [];
  const task = new vscode.Task(
    { type: "basilect", bot },
    vscode.TaskScope.Workspace,
    `talk with ${[path.basename(bot), ...other.slice(1)].join(": ")}`,
    "basilect",
    new vscode.ProcessExecution(programPath(), ["run", bot, ...other]),
  );
  task.presentationOptions = { focus: true, clear: true, panel: vscode.TaskPanelKind.Dedicated };
  await vscode.tasks.executeTask(task);
}

/** Opens the transcripts that test a script; asks which where there are several. */
async function openTests(...addresses: string[]): Promise<void> {
  const files = addresses.map((address) => vscode.Uri.parse(address));
  const items = files.map((file) => ({ label: path.basename(file.fsPath, ".chat"), file }));
  const chosen =
    items.length > 1
      ? await vscode.window.showQuickPick(items, { placeHolder: "Which transcript?" })
      : items[0];
  if (chosen) await vscode.window.showTextDocument(chosen.file);
}

async function begin(): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: "New bot",
    prompt: "Its name: small letters, digits and dashes",
    value: "my-bot",
    validateInput: nameFault,
  });
  if (!name) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? (await chosenFolder());
  if (!folder) return;
  const ran = await runTelling(["new", name, "--into", folder.fsPath]);
  if (!ran) return;
  if (ran.code !== 0) {
    void vscode.window.showErrorMessage(ran.err.replace(/^error:\s*/, "").trim());
    return;
  }
  const script = vscode.Uri.joinPath(folder, `${name}.gbai`, `${name}.gbdialog`, "start.bas");
  await vscode.window.showTextDocument(script);
}

async function chosenFolder(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    title: "Where shall the bot lie?",
  });
  return chosen?.[0];
}

/** Sends a bot to a server. The token lies in the editor's keeping of secrets, not in settings. */
async function deploy(context: vscode.ExtensionContext, clicked?: vscode.Uri): Promise<void> {
  const bot = await chosenBot(clicked);
  if (!bot) return;
  const to = await vscode.window.showInputBox({
    title: `Deploy ${path.basename(bot)}`,
    prompt: "Address of the server",
    value: context.workspaceState.get("deploy.to", "http://127.0.0.1:8080"),
    validateInput: addressFault,
  });
  if (!to) return;
  const secret = tokenKey(to);
  const token = (await context.secrets.get(secret)) ?? (await askToken(to));
  if (!token) return;
  const ran = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Deploying ${path.basename(bot)}…` },
    () => runTelling(["deploy", bot, "--to", to], { env: { BASILECT_ADMIN_TOKEN: token } }),
  );
  if (!ran) return;
  if (ran.code === 0) {
    await context.workspaceState.update("deploy.to", to);
    await context.secrets.store(secret, token);
    void vscode.window.showInformationMessage(ran.out.trim());
  } else {
    if (ran.err.includes("refuses this token")) await context.secrets.delete(secret);
    void vscode.window.showErrorMessage(ran.err.replace(/^error:\s*/, "").trim().slice(0, 2_000));
  }
}

/** Under which name the editor keeps the token of a server. */
export function tokenKey(to: string): string {
  return `deploy.token ${new URL(to).origin}`;
}

/** Asks for the administration token of a server. */
export function askToken(to: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Administration token",
    prompt: `The token that ${to} printed at its first start`,
    password: true,
    ignoreFocusOut: true,
  });
}

const EXPLAINED = "basilect-explained";

/** Shows what the manual says of a code or keyword, as a text beside the script. */
async function explain(wanted?: string): Promise<void> {
  const words =
    wanted ??
    (await vscode.window.showInputBox({
      title: "Explain",
      prompt: "The code of a diagnostic such as B0101, or a keyword such as SEND MAIL",
      value: codeAtCursor(),
    }));
  if (!words) return;
  const uri = vscode.Uri.from({ scheme: EXPLAINED, path: `${words.trim()}.txt` });
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
    preserveFocus: true,
  });
}

/** The code of a diagnostic where the cursor stands. */
function codeAtCursor(): string {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return "";
  const found = vscode.languages
    .getDiagnostics(editor.document.uri)
    .find(({ range }) => range.contains(editor.selection.active));
  const code = typeof found?.code === "object" ? found.code.value : found?.code;
  return code === undefined ? "" : String(code);
}

const explanations: vscode.TextDocumentContentProvider = {
  async provideTextDocumentContent(uri) {
    const words = uri.path.replace(/\.txt$/, "").split(/\s+/);
    const ran = await runTelling(["explain", ...words]);
    return ran ? ran.out || ran.err : "";
  },
};

/** Opens the manual: as pages on this machine, or at a server where the editor runs elsewhere. */
async function manual(context: vscode.ExtensionContext, servers: Servers): Promise<void> {
  const elsewhere = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
  if (elsewhere) {
    const bot = await chosenBot();
    if (!bot) return;
    const server = await servers.of(bot);
    const address = vscode.Uri.parse(`${server.address}/manual/`);
    await vscode.env.openExternal(await vscode.env.asExternalUri(address));
    return;
  }
  const folder = vscode.Uri.joinPath(context.globalStorageUri, "manual");
  const ran = await runTelling(["docs", "--out", folder.fsPath]);
  if (!ran) return;
  if (ran.code === 0) await vscode.env.openExternal(vscode.Uri.joinPath(folder, "index.html"));
  else void vscode.window.showErrorMessage(ran.err.trim());
}

/** Registers them. */
export function register(context: vscode.ExtensionContext, servers: Servers): void {
  const add = (name: string, action: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, action));
  add("basilect.run", talk);
  add("basilect.new", begin);
  add("basilect.openTests", openTests);
  add("basilect.deploy", (clicked?: vscode.Uri) => deploy(context, clicked));
  add("basilect.explain", (code?: string) => explain(typeof code === "string" ? code : undefined));
  add("basilect.manual", () => manual(context, servers));
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(EXPLAINED, explanations),
  );
}
