/**
 * Fetches a real Visual Studio Code for the tests: its server, as the npm package `code-server`
 * brings it. It lies under `~/.cache/basilect` and is fetched once for each version.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The version, for Node.js 20, and the sum by which npm knows its bytes. */
const VERSION = "4.99.4";
const INTEGRITY = "sha512-EAH6aTbrjFpNJg7kyWer+J8wuew+ys2z/QOOiyrEfusjHvfuTCc+iJ99RP6Nemtw9RRVj6W4DSnV+Sv/OEMoCg==";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "basilect");

function run(program, args, cwd) {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The folder of the editor; fetched where it is missing. */
export function editor() {
  const folder = join(cache, `vscode-${VERSION}`);
  if (!existsSync(folder)) fetchInto(folder);
  return folder;
}

function fetchInto(folder) {
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const [packed] = JSON.parse(run("npm", ["pack", `code-server@${VERSION}`, "--json"], draft));
  if (packed.integrity !== INTEGRITY) throw new Error(`code-server has other bytes: ${packed.integrity}`);
  run("tar", ["xzf", packed.filename, "package/lib/vscode"], draft);
  const vscode = join(draft, "package/lib/vscode");
  // By its shrinkwrap, as its own installation does. Nothing is compiled: terminals, which would need that, are not tested.
  run("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], vscode);
  symlinkSync("node_modules", join(vscode, "node_modules.asar"));
  // Searching files is the work of ripgrep, which npm would fetch from elsewhere.
  const bin = join(vscode, "node_modules/@vscode/ripgrep/bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(run("sh", ["-c", "command -v rg"]).trim(), join(bin, "rg"));
  renameSync(vscode, folder);
  rmSync(draft, { recursive: true, force: true });
}

if (process.argv[1] === import.meta.filename) console.log(editor());
