/** Debugging: `basilect dap`, over bots that run here and over conversations that were recorded. */

import * as path from "node:path";
import * as vscode from "vscode";
import { addressFault, botOf, conversationLabel, namesIn, type Conversation } from "./bots";
import { askToken, chosenBot, tokenKey, type Clicked } from "./commands";
import { programPath, runTelling } from "./program";

const TYPE = "basilect";

/** Tokens for sessions that begin; they go to the program in its environment, and nowhere else. */
const tokens = new Map<string, string>();

/** Whether the program has a debugger; tells when it has none. */
async function hasDebugger(): Promise<boolean> {
  const ran = await runTelling(["dap", "--help"]);
  if (!ran) return false;
  if (ran.code !== 0) {
    void vscode.window.showErrorMessage(
      "This Basilect has no debugger: it does not know the command `basilect dap`. " +
        "A newer one may; “Basilect: Talk with the Bot in the Terminal” runs the bot meanwhile.",
    );
  }
  return ran.code === 0;
}

/** What a configuration without names for it means: the open script, in its bot. */
function completed(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const program = String(configuration["bot"] ?? configuration["program"] ?? "");
  const bot = botOf(program) ?? program;
  const stem = path.basename(program, path.extname(program));
  const script = bot !== program && path.extname(program) && stem.toLowerCase() !== "start";
  return { ...(script ? { script: stem } : {}), ...configuration, bot };
}

function provider(context: vscode.ExtensionContext): vscode.DebugConfigurationProvider {
  return {
    resolveDebugConfiguration(_folder, configuration) {
      if (configuration.type) return configuration;
      // Started without a launch.json: the open script.
      return { ...configuration, type: TYPE, request: "launch", name: "Bot", program: "${file}" };
    },
    async resolveDebugConfigurationWithSubstitutedVariables(_folder, configuration) {
      if (!vscode.workspace.isTrusted || !(await hasDebugger())) return undefined;
      const { request } = configuration;
      if (request === "launch") return completed(configuration);
      const from = configuration["from"];
      if (typeof from === "string" && !configuration["token"]) {
        if (addressFault(from)) return configuration;
        const token = (await context.secrets.get(tokenKey(from))) ?? (await askToken(from));
        if (!token) return undefined;
        tokens.set(new URL(from).origin, token);
      }
      return configuration;
    },
  };
}

const adapters: vscode.DebugAdapterDescriptorFactory = {
  createDebugAdapterDescriptor({ configuration }) {
    const from = configuration["from"];
    const token = typeof from === "string" && !addressFault(from) && tokens.get(new URL(from).origin);
    const env = token ? { BASILECT_ADMIN_TOKEN: token } : undefined;
    return new vscode.DebugAdapterExecutable(programPath(), ["dap"], env ? { env } : undefined);
  },
};

/** Debugs the bot that was clicked, is open, or is chosen. */
async function debugBot(clicked?: Clicked): Promise<void> {
  const bot = await chosenBot(clicked);
  if (!bot) return;
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(bot));
  await vscode.debug.startDebugging(folder, {
    type: TYPE,
    request: "launch",
    name: path.basename(bot),
    bot,
  });
}

interface Page {
  readonly conversations: readonly Conversation[];
}

/** Asks which conversation of a server, and attaches to it. */
async function debugConversation(context: vscode.ExtensionContext, clicked?: Clicked): Promise<void> {
  const from = await vscode.window.showInputBox({
    title: "Debug a conversation of a server",
    prompt: "Address of the server",
    value: context.workspaceState.get("deploy.to", "http://127.0.0.1:8080"),
    validateInput: addressFault,
  });
  if (!from) return;
  const token = (await context.secrets.get(tokenKey(from))) ?? (await askToken(from));
  if (!token) return;
  const listed = await conversationsOf(from, token);
  if (typeof listed === "string") {
    if (listed.includes("401")) await context.secrets.delete(tokenKey(from));
    void vscode.window.showErrorMessage(listed);
    return;
  }
  await context.secrets.store(tokenKey(from), token);
  const items = listed.map((conversation) => ({ ...conversationLabel(conversation), conversation }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: "Which conversation? Those that changed last come first",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return;
  const bot = await chosenFolderOf(chosen.conversation.bot, clicked);
  await vscode.debug.startDebugging(undefined, {
    type: TYPE,
    request: "attach",
    name: `${chosen.conversation.bot} ${chosen.conversation.id.slice(0, 8)}`,
    conversation: chosen.conversation.id,
    from,
    ...(bot ? { bot } : {}),
  });
}

/** The conversations of a server, or why there are none. */
async function conversationsOf(from: string, token: string): Promise<readonly Conversation[] | string> {
  try {
    const url = new URL("/api/admin/conversations", from);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) return `The server refuses to list its conversations (${String(answer.status)}).`;
    return ((await answer.json()) as Page).conversations;
  } catch {
    return `${from} cannot be reached. Is the server running there?`;
  }
}

/** The folder of a bot in the open folders: its scripts are shown from there. */
async function chosenFolderOf(name: string, clicked?: Clicked): Promise<string | undefined> {
  const own = typeof clicked === "object" ? botOf(clicked.fsPath) : undefined;
  if (own) return own;
  const files = await vscode.workspace.findFiles(`**/${name}.gbai/**/*.bas`, "**/node_modules/**", 1);
  return files[0] && botOf(files[0].fsPath);
}

/** Goes on from a moment of a recording with another answer. */
async function fork(): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== TYPE) return;
  const answer = await vscode.window.showInputBox({
    title: "Go on from here in another way",
    prompt: "What the person says instead, or a value for a keyword; empty goes on without another answer",
  });
  if (answer === undefined) return;
  try {
    await session.customRequest("fork", answer === "" ? {} : { answer });
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/** Values beside the lines that ran: those of names that stand there. */
const values: vscode.InlineValuesProvider = {
  provideInlineValues(document, viewport, { stoppedLocation }) {
    const found: vscode.InlineValue[] = [];
    const last = Math.min(viewport.end.line, stoppedLocation.end.line);
    for (let line = viewport.start.line; line <= last; line++) {
      for (const { name, at } of namesIn(document.lineAt(line).text)) {
        const range = new vscode.Range(line, at, line, at + name.length);
        found.push(new vscode.InlineValueVariableLookup(range, name, false));
      }
    }
    return found;
  },
};

/** Registers the debugger. */
export function register(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider(TYPE, provider(context)),
    vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, adapters),
    vscode.languages.registerInlineValuesProvider("basilect", values),
    vscode.commands.registerCommand("basilect.debug", debugBot),
    vscode.commands.registerCommand("basilect.debugConversation", (clicked?: Clicked) =>
      debugConversation(context, clicked),
    ),
    vscode.commands.registerCommand("basilect.fork", fork),
  );
}
