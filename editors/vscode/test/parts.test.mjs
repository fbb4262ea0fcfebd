/** The parts of the extension that know nothing of an editor. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import test from "node:test";
import { addressFault, botOf, isTranscript, nameFault, nameOf } from "../dist/parts/bots.mjs";
import { Conversation, Events } from "../dist/parts/chat/events.mjs";
import { blocks, inline } from "../dist/parts/chat/markdown.mjs";
import { Lines, outcomeOf, told } from "../dist/parts/results.mjs";
import { root } from "./program.mjs";

test("a file belongs to the bot above it", () => {
  assert.equal(botOf("/w/Shop.gbai/shop.gbdialog/start.bas"), "/w/Shop.gbai");
  assert.equal(botOf("/w/Shop.GBAI"), "/w/Shop.GBAI");
  assert.equal(botOf("/w/start.bas"), undefined);
  assert.equal(nameOf("/w/Shop.gbai"), "shop");
  assert.equal(nameOf("/w/Hello.bas"), "hello");
  assert.ok(isTranscript("/w/shop.gbai/tests/a.chat"));
  assert.ok(!isTranscript("/w/shop.gbai/a.chat") && !isTranscript("/w/tests/a.chat"));
});

test("names and addresses are refused as the program refuses them", () => {
  for (const name of ["shop", "corner-shop", "a1"]) assert.equal(nameFault(name), undefined);
  for (const name of ["", "Shop", "1a", "a b", "../x", "a_b", "a".repeat(64)]) {
    assert.ok(nameFault(name), name);
  }
  assert.equal(addressFault("http://127.0.0.1:8080"), undefined);
  for (const address of ["", "here", "ftp://a", "file:///etc"]) assert.ok(addressFault(address));
});

test("outcomes are read from pieces of lines", () => {
  const found = [];
  const others = [];
  const lines = new Lines((one) => found.push(one), (line) => others.push(line));
  const row = '{"file":"a.chat","verdict":"failed","took_ms":3,"line":4,"expected":"< b","got":"< a","said_by":"s.bas:3"}';
  lines.take(`${row}\nwarning: x\n{"file":"b.ch`);
  lines.take('at","verdict":"passed","took_ms":1}\n{"verdict":"passed"}\n{broken\n');
  lines.take('{"file":"c.chat","verdict":"broken","took_ms":0,"message":"no"}');
  lines.finish();
  assert.deepEqual(found.map(({ file }) => file), ["a.chat", "b.chat", "c.chat"]);
  assert.deepEqual(others, ["warning: x", '{"verdict":"passed"}', "{broken"]);
  assert.equal(told(found[0]), "expected  < b\ngot       < a\nsaid by   s.bas:3");
  assert.equal(told(found[2]), "no");
  assert.equal(outcomeOf('{"file":1,"verdict":"passed"}'), undefined);
});

test("server-sent events are read from pieces", () => {
  const found = [];
  const events = new Events((frame) => found.push(frame));
  events.take('event: item\r\nid: 1\r\ndata: {"type":"item","seq":1}\r\n\r\n: ping\r\n\r\nda');
  events.take('ta: {"type":"typing",\ndata: "on":true}\n\ndata: none\n\n');
  assert.deepEqual(found, [{ type: "item", seq: 1 }, { type: "typing", on: true }]);
});

test("Markdown becomes pieces, never HTML", () => {
  assert.deepEqual(inline("a **b** `c` <b>d</b> [e](https://e.org)"), [
    { kind: "text", text: "a " },
    { kind: "strong", text: "b" },
    { kind: "text", text: " " },
    { kind: "code", text: "c" },
    { kind: "text", text: " <b>d</b> " },
    { kind: "link", text: "e", url: "https://e.org" },
  ]);
  assert.ok(inline("[x](javascript:alert(1))").every(({ kind }) => kind === "text"));
  assert.deepEqual(inline("snake_case_name 2*3*4").map(({ kind }) => kind), ["text", "emphasis", "text"]);
  assert.deepEqual(
    blocks("# T\na\nb\n\n1. x\n2. y\n- z\n```\n*c*\n```").map(({ kind }) => kind),
    ["heading", "paragraph", "list", "list", "code"],
  );
});

test("a conversation takes up the log where the line was cut", async () => {
  const asked = [];
  const server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url.endsWith("/conversations")) {
      answer.writeHead(201, { "content-type": "application/json" });
      answer.end('{"conversation":"c","key":"k","seq":0}');
    } else {
      assert.equal(request.headers.authorization, "Bearer k");
      answer.writeHead(200, { "content-type": "text/event-stream" });
      const seq = Number(new URL(request.url, "http://x").searchParams.get("since")) + 1;
      answer.end(`data: {"type":"item","seq":${seq},"by":"bot","kind":"text","text":"${seq}"}\n\n`);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const frames = [];
  let enough;
  const three = new Promise((resolve) => (enough = resolve));
  const conversation = await Conversation.open(
    `http://127.0.0.1:${server.address().port}`,
    "a bot",
    (frame) => frames.push(frame.seq) === 3 && enough(),
    () => {},
  );
  await three;
  conversation.close();
  server.closeAllConnections();
  server.close();
  assert.deepEqual(frames, [1, 2, 3]);
  assert.equal(asked[0], "POST /api/bots/a%20bot/conversations");
  assert.deepEqual(asked.slice(1, 4).map((line) => line.split("since=")[1]), ["0", "1", "2"]);
});

const json = (path) => JSON.parse(readFileSync(join(root, "editors/vscode", path), "utf8"));

test("blocks are indented, and their ends are not", () => {
  const { increaseIndentPattern, decreaseIndentPattern } =
    json("languages/basilect.json").indentationRules;
  const opens = new RegExp(increaseIndentPattern);
  const closes = new RegExp(decreaseIndentPattern);
  for (const line of ["IF a THEN", "if a then ' why", "ELSE", "FOR EACH x IN y", "DO", "DO WHILE a",
    "SUB a()", "TRY", "CASE 1", "TABLE t", "BEGIN TALK", "WITH order", "10 FOR I = 1 TO 3"]) {
    assert.match(line, opens);
  }
  for (const line of ["IF a THEN TALK b", "NEXT x", "TALK \"IF a THEN\"", "END IF", "x = 1", "DOOR = 1"]) {
    assert.doesNotMatch(line, opens);
  }
  for (const line of ["END IF", "  endif", "NEXT i", "LOOP", "ELSE", "WEND", "END SUB", "CATCH e"]) {
    assert.match(line, closes);
  }
  for (const line of ["END", "NEXTDAY = 1", "TALK a"]) assert.doesNotMatch(line, closes);
});

test("what the manifest names is there", () => {
  const { contributes, activationEvents } = json("package.json");
  const declared = new Set(contributes.commands.map(({ command }) => command));
  const used = Object.values(contributes.menus).flat().map(({ command }) => command);
  for (const command of used) assert.ok(declared.has(command), command);
  const languages = new Set(contributes.languages.map(({ id }) => id));
  for (const { language } of [...contributes.snippets, ...contributes.breakpoints]) {
    assert.ok(languages.has(language), language);
  }
  const source = ["extension", "commands", "debugging"].map((name) =>
    readFileSync(join(root, `editors/vscode/src/${name}.ts`), "utf8")).join("");
  for (const command of declared) assert.ok(source.includes(`"${command}"`), command);
  assert.ok(activationEvents.length > 0);
});
