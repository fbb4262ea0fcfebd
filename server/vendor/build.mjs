/**
 * Writes the studio's editor as one module for the pages, with the licences of what is in it. The
 * same lock file gives the same bytes.
 */

import { build } from "esbuild";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "../pages/assets/vendor");
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["editor.mjs"],
  outfile: join(vendor, "codemirror.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  charset: "utf8",
  metafile: true,
});

/** The package that a bundled file belongs to: `@scope/name` or `name`. */
function owner(path) {
  const parts = path.split("node_modules/").at(-1).split("/");
  return parts[0].startsWith("@") ? `${parts[0]}/${parts[1]}` : parts[0];
}

const inputs = Object.keys(metafile.inputs).filter((path) => path.includes("node_modules/"));
const packages = [...new Set(inputs.map(owner))].sort();
const texts = packages.map((name) => {
  const folder = join(here, "node_modules", name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "License.txt"]
    .map((end) => join(folder, end))
    .find(existsSync);
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(file, "utf8").trim()}\n`;
});
const rule = `\n${"-".repeat(80)}\n\n`;
writeFileSync(join(vendor, "codemirror.LICENSE"), texts.join(rule));
const { bytes } = Object.values(metafile.outputs)[0];
console.log(
  `${relative(process.cwd(), join(vendor, "codemirror.js"))}: ${bytes} bytes, ` +
    `${packages.length} packages`,
);
