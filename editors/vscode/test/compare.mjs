/** Comparing what a TextMate grammar makes of a script with what the compiler takes it for. */

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const { INITIAL, Registry } = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

let library;

/** A grammar, ready to read lines. */
export async function load(grammar) {
  library ??= oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
  await library;
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => (scope === grammar.scopeName ? grammar : null),
  });
  return registry.loadGrammar(grammar.scopeName);
}

/** Scopes by how they begin, and the kinds of the compiler: what a reader sees. */
const CLASSES = [
  ["comment", "comment"],
  ["punctuation.section.interpolation", "interpolation"],
  ["constant.character.escape", "text"],
  ["string", "text"],
  ["constant.numeric", "number"],
  ["constant.language", "constant"],
  ["entity.name.label", "label"],
  ["keyword", "word"],
  ["storage", "word"],
  ["support", "word"],
];

/** Kinds of the compiler that look alike: a word that means something. */
const WORDS = new Set(["word", "lead", "keyword", "function"]);

function classOf(scopes) {
  for (const scope of [...scopes].reverse()) {
    const found = CLASSES.find(([start]) => scope.startsWith(start));
    if (found) return found[1];
    if (scope.startsWith("meta.embedded")) return "";
  }
  return "";
}

/** For each character of a text, what the grammar takes it for. */
export function read(grammar, text) {
  const classes = [];
  let state = INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const found = classOf(scopes);
      for (let at = startIndex; at < Math.min(endIndex, line.length); at++) classes.push(found);
    }
    classes.push("");
  }
  return classes.slice(0, text.length);
}

/** For each character of a text, what the compiler takes it for. */
export function expected(text, pieces) {
  const bytes = Buffer.from(text);
  const classes = new Array(text.length).fill("");
  for (const { start, end, kind } of pieces) {
    const from = bytes.subarray(0, start).toString().length;
    const to = from + bytes.subarray(start, end).toString().length;
    classes.fill(WORDS.has(kind) ? "word" : kind, from, to);
  }
  return classes;
}

/** Words, numbers, signs: the pieces at which both are compared. */
const TOKEN = /[\p{L}\p{N}_$.]+|[^\s\p{L}\p{N}_$.]/gu;

/** The tokens where they differ: where, what, and what each takes it for. */
export function differences(text, ours, theirs) {
  const found = [];
  for (const token of text.matchAll(TOKEN)) {
    const from = token.index;
    const part = (classes) => [...new Set(classes.slice(from, from + token[0].length))].join("+");
    const [a, b] = [part(theirs), part(ours)];
    if (a === b) continue;
    const line = text.slice(0, from).split("\n").length;
    found.push({ line, text: token[0], compiler: a || "name", grammar: b || "name" });
  }
  return found;
}

/** How many tokens a text has. */
export const tokens = (text) => text.match(TOKEN)?.length ?? 0;
