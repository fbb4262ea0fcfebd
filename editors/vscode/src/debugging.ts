/** Debugging: `basilect dap`, where the program has it. */

import * as vscode from "vscode";
import { botOf } from "./bots";
import { programPath, runTelling } from "./program";

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

const configurations: vscode.DebugConfigurationProvider = {
  resolveDebugConfiguration(_folder, configuration) {
    if (configuration.type) return configuration;
    // Started without a launch.json: the open script.
    return { ...configuration, type: "basilect", request: "launch", name: "Bot", program: "${file}" };
  },
  async resolveDebugConfigurationWithSubstitutedVariables(_folder, configuration) {
    if (!vscode.workspace.isTrusted || !(await hasDebugger())) return undefined;
    const program = String(configuration["program"] ?? "");
    return { ...configuration, program, bot: botOf(program) ?? program };
  },
};

const adapters: vscode.DebugAdapterDescriptorFactory = {
  createDebugAdapterDescriptor: () => new vscode.DebugAdapterExecutable(programPath(), ["dap"]),
};

/** Registers the debugger. */
export function register(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider("basilect", configurations),
    vscode.debug.registerDebugAdapterDescriptorFactory("basilect", adapters),
  );
}
