/**
 * The grammar agrees with the compiler's lexer, token by token, on every script of this
 * repository; and with the colours of the language server over it, as editors show them, with all
 * that the compiler knows.
 *
 * A grammar of editors knows no declarations: a function `size` of the script's own looks like the
 * one of the language. So the grammar is compared with what the lexer says before declarations.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { differences, expected, load, read, tokens } from "./compare.mjs";
import { files, pieces, scripts } from "./corpus.mjs";
import { basilect, missing, root } from "./program.mjs";
import { Server } from "./server.mjs";

/** Where a script is coloured otherwise than it should be, a line each. */
function listed({ name, text }, shown, due) {
  const lines = text.split("\n");
  return differences(text, shown, due).map(({ line, text, compiler, grammar }) =>
    `${name} +${line}: \`${text}\` is a ${compiler}, not a ${grammar}: ` +
      lines[line - 1].trim().slice(0, 90));
}

const grammar = JSON.parse(
  readFileSync(join(root, "editors/grammar/basilect.tmLanguage.json"), "utf8"),
);

test("the grammar colours what the lexer knows", { skip: missing }, async () => {
  const reader = await load(grammar);
  const all = scripts(root);
  const told = pieces(basilect, all, ["--words"]);
  const total = all.reduce((sum, { text }) => sum + tokens(text), 0);
  assert.ok(all.length > 1_000 && total > 90_000, `${all.length} scripts, ${total} tokens`);
  const found = all.flatMap((script, index) =>
    listed(script, read(reader, script.text), expected(script.text, told[index])));
  console.log(`${total} tokens of ${all.length} scripts; ${found.length} differ`);
  assert.equal(found.length, 0, found.join("\n"));
});

/** Whether a script gives a name a value, or makes a list of it, so that it is no word there. */
const declares = (text, name) => name !== undefined &&
  new RegExp(`\\b(?:DIM\\s+${name}\\b|${name}(?:\\([^)\\n]*\\))?\\s*=)`, "i").test(text);

test("with the language server every name has its colour", { skip: missing }, async () => {
  const reader = await load(grammar);
  const all = scripts(root);
  const told = pieces(basilect, all);
  // The server has one colour for words and constants, and one for labels and `${`.
  const broad = { constant: "word", interpolation: "label" };
  const server = new Server(basilect);
  await server.start();
  let corrected = 0;
  const found = [];
  for (const [index, script] of all.entries()) {
    const plain = read(reader, script.text);
    const over = await server.colours(script.text);
    const shown = plain.map((kind, at) => over[at] ?? broad[kind] ?? kind);
    const due = expected(script.text, told[index]).map((kind, at) => {
      // The server knows more than the lexer: the table that a text names, the line of a GOTO.
      const named = over[at] === "" && kind === "text" || over[at] === "label" && kind !== "word";
      return named ? over[at] : broad[kind] ?? kind;
    });
    corrected += listed(script, plain.map((kind) => broad[kind] ?? kind), due).length;
    found.push(...listed(script, shown, due)
      .filter((line) => !declares(script.text, /`(.*?)` is a word, not a name/.exec(line)?.[1]?.replace("$", "\\$"))));
  }
  await server.stop();
  console.log(`the server corrects ${corrected} tokens of the grammar; ${found.length} differ`);
  assert.ok(corrected > 0, "nothing to correct: this test shows nothing");
  assert.equal(found.length, 0, found.join("\n"));
});

const classes = async (text) => {
  const reader = await load(grammar);
  const found = read(reader, text);
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => `${word}:${found[index] || "name"}`);
};

test("words of keywords are names where they are used as names", async () => {
  assert.deepEqual(await classes("list = FIND x"), ["list:name", "=:name", "FIND:word", "x:name"]);
  assert.deepEqual(await classes("HEAR name AS NAME"),
    ["HEAR:word", "name:name", "AS:word", "NAME:word"]);
  assert.deepEqual(await classes("status.count = 1 ' REM x"),
    ["status.count:name", "=:name", "1:number", "':comment", "REM:comment", "x:comment"]);
});

test("a quote opens a text where a value is due, and a remark elsewhere", async () => {
  assert.deepEqual(await classes("TALK 'hi' ' it's"),
    ["TALK:word", "'hi':text", "':comment", "it's:comment"]);
});

test("code in a text is code", async () => {
  assert.deepEqual(await classes('TALK "a ${ LEN( b ) } $${c}"'),
    ["TALK:word", '"a:text', "${:interpolation", "LEN(:word", "b:name", "):name",
      "}:interpolation", '$${c}":text']);
});

const readJson = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

test("every line of every transcript is understood", async () => {
  const grammar = readJson("editors/vscode/syntaxes/transcript.tmLanguage.json");
  const reader = await load(grammar);
  const all = files(root, ".chat");
  assert.ok(all.length >= 20, `${all.length} transcripts`);
  for (const path of all) {
    for (const line of readFileSync(path, "utf8").split("\n").filter(Boolean)) {
      const scopes = reader.tokenizeLine(line, null).tokens[0].scopes;
      assert.ok(scopes.length > 1 && !scopes.some((scope) => scope.startsWith("invalid")),
        `${path}: ${line}`);
    }
  }
  const { tokens } = reader.tokenizeLine("hello", null);
  assert.ok(tokens[0].scopes.some((scope) => scope.startsWith("invalid")));
});

test("settings are a name and a value", async () => {
  const reader = await load(readJson("editors/vscode/syntaxes/config.tmLanguage.json"));
  const all = files(root, "config.csv");
  assert.ok(all.length >= 10, `${all.length} files`);
  for (const path of all) {
    for (const line of readFileSync(path, "utf8").split("\n").filter(Boolean)) {
      const named = reader.tokenizeLine(line, null).tokens
        .some(({ scopes }) => scopes.some((scope) => /property-name|heading|comment/.test(scope)));
      assert.ok(named, `${path}: ${line}`);
    }
  }
});

test("a grammar that does not know a word is caught", { skip: missing }, async () => {
  const torn = structuredClone(grammar);
  torn.scopeName = "source.torn";
  torn.repository.statements.patterns = [];
  const reader = await load(torn);
  const all = scripts(root).filter(({ name }) => name.startsWith("examples/"));
  const told = pieces(basilect, all, ["--words"]);
  const found = all.flatMap(({ text }, index) =>
    differences(text, read(reader, text), expected(text, told[index])));
  assert.ok(found.length > 100, `${found.length} differences`);
});
