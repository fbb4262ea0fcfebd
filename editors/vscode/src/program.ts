/** The program `basilect`: where it lies, and running it. */

import { spawn, type ChildProcess } from "node:child_process";
import * as vscode from "vscode";

/** What a finished program has said. */
export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Output that is kept of a program, so that one that never stops talking fills no memory. */
const KEPT_CHARACTERS = 8_000_000;

/** The path from the settings. */
export function programPath(): string {
  const set = vscode.workspace.getConfiguration("basilect").get<string>("path", "").trim();
  return set === "" ? "basilect" : set;
}

/** Starts it, with nothing at its input unless that is wanted. */
export function start(
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: "ignore" | "pipe" } = {},
): ChildProcess {
  return spawn(programPath(), args, {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    stdio: [options.input ?? "ignore", "pipe", "pipe"],
    windowsHide: true,
  });
}

/** Runs it to its end. */
export function run(
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; token?: vscode.CancellationToken } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = start(args, options);
    const stop = options.token?.onCancellationRequested(() => child.kill());
    let out = "";
    let err = "";
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      if (out.length < KEPT_CHARACTERS) out += piece;
    });
    child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
      if (err.length < KEPT_CHARACTERS) err += piece;
    });
    child.on("error", (error) => {
      stop?.dispose();
      reject(error);
    });
    child.on("close", (code) => {
      stop?.dispose();
      resolve({ code, out, err });
    });
  });
}

/** Tells that the program is missing, and leads to the setting. */
export async function tellMissing(error: unknown): Promise<void> {
  const missing = (error as NodeJS.ErrnoException)?.code === "ENOENT";
  const why = missing
    ? `The program \`${programPath()}\` is not found.`
    : `The program \`${programPath()}\` could not be started: ${String(error)}`;
  const choice = await vscode.window.showErrorMessage(
    `${why} Install Basilect, or say in the settings where it lies.`,
    "Open Settings",
  );
  if (choice) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "basilect.path");
  }
}

/** Runs the program for a command; `undefined` after telling that it is missing. */
export async function runTelling(
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; token?: vscode.CancellationToken } = {},
): Promise<Ran | undefined> {
  try {
    return await run(args, options);
  } catch (error) {
    await tellMissing(error);
    return undefined;
  }
}
