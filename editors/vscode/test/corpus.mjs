/** Every script of this repository: files, and the blocks of its documents. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Folders that hold no scripts of this repository. */
const SKIPPED = new Set(["target", "node_modules", ".git", "dist"]);

function* all(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* all(path);
    else if (entry.isFile()) yield path;
  }
}

/** The files of this repository whose names end so. */
export const files = (root, end) => [...all(root)].filter((path) => path.endsWith(end)).sort();

/** The blocks of a document that hold a script, each with the line where it begins. */
function* blocks(text) {
  const fence = /^```(\S*)([^\n]*)\n(.*?)^```\s*$/gms;
  for (const found of text.matchAll(fence)) {
    const [, language, , source] = found;
    const line = text.slice(0, found.index).split("\n").length + 1;
    if (language === "basic" || language === "script") yield { line, source };
  }
}

/** All scripts as `{ name, text }`; the name says where it lies. */
export function scripts(root) {
  const found = [];
  for (const path of all(root)) {
    const name = relative(root, path);
    if (path.endsWith(".bas")) found.push({ name, text: readFileSync(path, "utf8") });
    if (!path.endsWith(".md")) continue;
    for (const { line, source } of blocks(readFileSync(path, "utf8"))) {
      found.push({ name: `${name}:${line}`, text: source });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What the compiler takes the pieces of each script for, in the order of the scripts; with
 * `--words` among the options, before it looks at declarations.
 */
export function pieces(basilect, all, options = []) {
  const folder = mkdtempSync(join(tmpdir(), "basilect-tokens-"));
  try {
    const paths = all.map(({ text }, index) => {
      const path = join(folder, `${String(index).padStart(5, "0")}.bas`);
      writeFileSync(path, text);
      return path;
    });
    const told = execFileSync(basilect, ["tokens", "--json", ...options, ...paths], { maxBuffer: 1 << 30 });
    const found = new Map(paths.map((path) => [path, []]));
    for (const line of told.toString().split("\n").filter(Boolean)) {
      const piece = JSON.parse(line);
      found.get(piece.file).push(piece);
    }
    return paths.map((path) => found.get(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
