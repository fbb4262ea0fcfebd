/** Bundles the extension and its chat page, and takes over the grammar of the repository. */

import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
copyFileSync("../grammar/basilect.tmLanguage.json", "dist/basilect.tmLanguage.json");

const common = { bundle: true, minify: true, sourcemap: false, logLevel: "warning" };

await Promise.all([
  build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    format: "cjs",
    target: "node18",
    external: ["vscode"],
  }),
  build({
    ...common,
    entryPoints: ["src/chat/page.ts"],
    outfile: "dist/chat.js",
    platform: "browser",
    format: "iife",
    target: "es2022",
  }),
  // The parts that know nothing of the editor, for the tests in node.
  build({
    ...common,
    minify: false,
    entryPoints: ["src/bots.ts", "src/results.ts", "src/chat/events.ts", "src/chat/markdown.ts"],
    outdir: "dist/parts",
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    target: "node18",
  }),
]);
