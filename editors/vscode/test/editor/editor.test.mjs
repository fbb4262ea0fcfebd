/**
 * The extension in a real Visual Studio Code: a person opens a folder with a bot, trusts it, reads
 * mistakes, completes, runs transcripts and talks with the bot.
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test, { after, before, beforeEach } from "node:test";
import { basilect, missing, root } from "../program.mjs";
import { Editor, freePort } from "./window.mjs";

const vsix = join(root, "editors/vscode/basilect.vsix");
const skip = missing || (existsSync(vsix) ? false : "the extension is not packed: npm run package");

const START = `' Tea for everybody.
FUNCTION price(cups)
    RETURN cups * 2
END FUNCTION

TALK "Welcome to the **tea house**."
HEAR drink AS "Tea", "Coffee"
list = [drink, 1]
TALK "One \${drink}: \${price(UBOUND(list))} coins."
TALK nothing_of_this
`;

const FILES = {
  "tea.gbai/tea.gbdialog/start.bas": START,
  "tea.gbai/tea.gbdialog/broken.bas": 'TALK "a"\nIF x THEN\n    TALK "b"\n',
  "tea.gbai/tea.gbdialog/tests/good.chat": "<~ tea house\n> Tea\n<~ One Tea\n...\nend\n",
  "tea.gbai/tea.gbdialog/tests/wrong.chat": "<~ tea house\n> Coffee\n< One coffee\n",
  "torn.gbai/torn.bas": "IF x THEN\n",
  "lone.bas": "TALK 1\n",
  "tea.gbai/tea.gbot/config.csv": "name,value\nbot-name,Tea House\n",
};

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let editor;
let window;

before(async () => {
  if (skip) return;
  editor = await Editor.start(vsix, FILES);
  window = await editor.window();
});

// A question that a failed test has left open is none of the next.
beforeEach(() => window?.page.keyboard.press("Escape"));

after(async () => {
  if (!editor) return;
  await editor.stop();
  // Nothing that the extension has started outlives the editor.
  const left = () => execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n").filter((command) => command.includes(editor.home));
  for (let tries = 0; tries < 50 && left().length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(left(), []);
});

const page = () => window.page;

test("nothing is started in a folder that is not trusted", { skip }, async () => {
  await window.trust(false);
  await window.openFile("start.bas");
  await page().locator(".editor-instance .view-lines span.mtk1, .editor-instance .view-lines span").first().waitFor();
  await window.status.filter({ hasText: "Basilect" }).waitFor();
  assert.match(await window.status.getAttribute("aria-label"), /folders that you trust/);
  assert.deepEqual(editor.running(), []);
  // Colours need no program.
  const kinds = await page().locator(".editor-instance .view-line", { hasText: "HEAR" })
    .locator("span span").evaluateAll((spans) => spans.map((span) => [span.textContent, span.className]));
  const classOf = (text) => kinds.find(([written]) => written.includes(text))?.[1];
  assert.notEqual(classOf("HEAR"), classOf("drink"), JSON.stringify(kinds));
  await window.shot("1-restricted");
});

test("in a folder that is trusted the language server runs", { skip }, async () => {
  await page().close();
  window = await editor.window();
  await window.trust(true);
  await window.openFile("broken.bas");
  await window.status.filter({ has: page().locator(".codicon-check") }).waitFor();
  assert.deepEqual(editor.running(), ["lsp"]);
  await page().locator(".squiggly-error").first().waitFor();
  await page().keyboard.press("Control+Shift+M");
  const problem = page().locator(".markers-panel .monaco-list-row", { hasText: /B0\d\d\d/ }).first();
  assert.match(await problem.textContent(), /IF/);
  await window.shot("2-problems");
});

test("words are completed and explained", { skip }, async () => {
  await page().locator(".tab", { hasText: "broken.bas" }).click();
  await window.at(4, 1);
  await page().keyboard.type("HEA");
  await page().keyboard.press("Control+Space");
  const offered = page().locator(".suggest-widget .monaco-list-row", { hasText: "HEAR" }).first();
  await offered.waitFor();
  await window.shot("3-completion");
  await page().keyboard.press("Escape");
  for (let count = 0; count < 3; count++) await page().keyboard.press("Backspace");
  await window.at(1, 2);
  await window.command("Show or Focus Hover");
  const hover = page().locator(".monaco-hover-content").first();
  await hover.filter({ hasText: "TALK" }).waitFor();
  await window.shot("4-hover");
  await page().keyboard.press("Escape");
});

test("a name is renamed everywhere, and its declaration found", { skip }, async () => {
  await window.openFile("start.bas");
  await window.at(2, 11);
  await page().keyboard.press("F2");
  const input = page().locator(".rename-box input");
  await input.waitFor();
  await input.fill("cost");
  await page().keyboard.press("Enter");
  await page().locator(".view-line", { hasText: "FUNCTION cost(cups)" }).waitFor();
  await page().locator(".view-line", { hasText: "cost(UBOUND" }).waitFor();
  await page().keyboard.press("Control+Z");
  await page().locator(".view-line", { hasText: "FUNCTION price(cups)" }).waitFor();
  await page().keyboard.press("Control+S");
});

test("above a script stand its tests", { skip }, async () => {
  const lens = page().locator(".codelens-decoration a", { hasText: "2 tests" });
  await lens.click();
  await page().locator(".quick-input-list .monaco-list-row", { hasText: "good" }).waitFor();
  await window.shot("4-lenses");
  await window.answer("good");
  await page().locator(".tab.active", { hasText: "good.chat" }).waitFor();
});

test("transcripts are run, and a failure stands at its line", { skip }, async () => {
  await window.command("Basilect: Run the Bot's Transcripts");
  const rows = page().locator(".test-explorer .monaco-list-row");
  // The bot has a script with errors: both transcripts say so.
  await rows.filter({ hasText: "tea.gbai" }).first().waitFor();
  const broken = join(editor.folder, "tea.gbai/tea.gbdialog/broken.bas");
  writeFileSync(broken, 'TALK "a"\n');
  await page().waitForTimeout(500);
  await window.command("Test: Run All Tests");
  await page().locator('.test-explorer .computed-state.codicon-testing-failed-icon').first().waitFor();
  await window.openFile("wrong.chat");
  const message = page().locator(".editor-instance .test-message-inline-content, .test-error-content-widget, .inline-test-message, [class*='test-message-inline']").first();
  await message.waitFor();
  await rows.filter({ hasText: "tea.gbai" }).first().click();
  await page().keyboard.press("ArrowRight");
  await rows.filter({ hasText: "good" }).first().waitFor();
  assert.match(await rows.filter({ hasText: "good" }).first().getAttribute("aria-label"), /passed/i);
  assert.match(await rows.filter({ hasText: "wrong" }).first().getAttribute("aria-label"), /failed/i);
  await window.shot("5-tests");
});

test("the bot answers beside its script", { skip }, async () => {
  await window.openFile("start.bas");
  await window.command("Basilect: Talk with the Bot Beside the Script");
  const { chat } = window;
  await chat.locator(".message.bot", { hasText: "tea house" }).waitFor();
  assert.equal(await chat.locator(".message.bot strong").first().textContent(), "tea house");
  assert.deepEqual(await chat.locator("#offers button").allTextContents(), ["Tea", "Coffee"]);
  await window.shot("6-chat");
  await chat.getByRole("button", { name: "Coffee" }).click();
  await chat.locator(".message.person", { hasText: "Coffee" }).waitFor();
  await chat.locator(".message.bot", { hasText: "One Coffee: 4 coins." }).waitFor();
  await window.shot("7-chat-answered");
  assert.equal(editor.running().filter((command) => command.startsWith("serve")).length, 1);
});

test("a script that was saved answers anew", { skip }, async () => {
  const start = join(editor.folder, "tea.gbai/tea.gbdialog/start.bas");
  writeFileSync(start, readFileSync(start, "utf8").replace("tea house", "new house"));
  const { chat } = window;
  const fresh = chat.locator(".message.bot", { hasText: "new house" });
  for (let tries = 0; tries < 20 && (await fresh.count()) === 0; tries++) {
    await chat.getByRole("button", { name: "Start again" }).click();
    await chat.locator(".message.bot", { hasText: "house" }).waitFor();
    await page().waitForTimeout(300);
  }
  await fresh.waitFor();
  await chat.getByRole("textbox", { name: "Your answer" }).fill("tea");
  await page().keyboard.press("Enter");
  await chat.locator(".message.bot", { hasText: "One Tea: 4 coins." }).waitFor();
});

test("the page of the chat loads and runs nothing else", { skip }, async () => {
  const { chat } = window;
  const policy = await chat.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  assert.match(policy, /^default-src 'none'; style-src [^;]+; script-src 'nonce-[\w-]{20,}'; base-uri 'none'/);
  const faults = await chat.locator("body").evaluate((body) => {
    const script = document.createElement("script");
    script.textContent = "window.broken = true";
    body.append(script);
    return window.broken === true;
  });
  assert.equal(faults, false);
});

test("the chat can be read and used by everybody, light and dark", { skip }, async () => {
  const frame = await (await window.chat.locator("body").elementHandle()).ownerFrame();
  await frame.evaluate(axe);
  for (const theme of ["light", "dark"]) {
    const found = await frame.evaluate(() => window.axe.run());
    const told = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    assert.deepEqual(told, [], theme);
    await window.command("Preferences: Toggle between Light/Dark Themes");
    await page().waitForTimeout(500);
    await window.shot(`9-${theme}`);
  }
  await window.chat.getByRole("textbox", { name: "Your answer" }).click();
  const order = [];
  for (let count = 0; count < 3; count++) {
    order.push(await frame.evaluate(() => document.activeElement.id));
    await page().keyboard.press("Tab");
  }
  assert.deepEqual(order, ["text", "attach", "send"]);
});

test("a bot with errors and a script alone have no chat, and it is said why", { skip }, async () => {
  await window.openFile("lone.bas");
  await window.command("Basilect: Talk with the Bot Beside the Script");
  await page().locator(".notification-toast", { hasText: "lies in no folder" }).waitFor();
  await window.command("Notifications: Clear All Notifications");
  await page().locator(".tab", { hasText: "Chat: tea" }).locator(".codicon-close").click();
  await window.openFile("torn.gbai/torn.bas");
  await window.command("Basilect: Talk with the Bot Beside the Script");
  await window.chat.locator(".message.error", { hasText: "It may have errors" }).waitFor();
  await page().locator(".tab", { hasText: "Chat: torn" }).locator(".codicon-close").click();
});

test("settings of a bot have a language of their own", { skip }, async () => {
  await window.openFile("config.csv");
  await page().locator(".statusbar-item", { hasText: "Basilect settings" }).waitFor();
});

test("a code is explained", { skip }, async () => {
  await window.command("Basilect: Explain the Code of a Diagnostic");
  await window.answer("B0109");
  await page().locator(".tab", { hasText: "B0109" }).waitFor();
  await page().locator(".view-lines", { hasText: "END IF" }).first().waitFor();
});

test("a bot is begun", { skip }, async () => {
  await window.command("Basilect: New Bot");
  const input = page().locator(".quick-input-widget input.input");
  await input.fill("Bad Name");
  await page().locator(".quick-input-message", { hasText: "small letter" }).waitFor();
  await window.answer("corner-shop");
  await page().locator(".breadcrumbs-control", { hasText: "corner-shop.gbdialog" }).first().waitFor();
  assert.ok(existsSync(join(editor.folder, "corner-shop.gbai/corner-shop.gbdialog/start.bas")));
});

test("a bot is deployed, and its token is asked for once", { skip }, async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const args = ["serve", "--listen", address, "--data", join(editor.home, "served"),
    "--admin-token", "t".repeat(32), "--until-input-ends", join(editor.home, "work/tea.gbai")];
  const server = spawn(basilect, args, { stdio: ["pipe", "ignore", "ignore"] });
  try {
    for (let tries = 0; tries < 100; tries++) {
      if (await fetch(`http://${address}/readyz`).then(({ ok }) => ok).catch(() => false)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const asks of [true, false]) {
      await window.command("Basilect: Deploy the Bot to a Server");
      await window.answer(`http://${address}`);
      if (asks) {
        // It is not shown while it is written.
        await page().locator(".quick-input-widget input.input[type=password]").waitFor();
        await window.answer("t".repeat(32));
      }
      const told = page().locator(".notification-toast", { hasText: /corner-shop (is deployed|was up)/ });
      await told.first().waitFor();
      await window.command("Notifications: Clear All Notifications");
      // The editor shows three notifications in 800 ms at most.
      await page().waitForTimeout(1_000);
    }
    const bot = await fetch(`http://${address}/api/bots/corner-shop`);
    assert.equal(bot.status, 200);
  } finally {
    server.kill();
  }
});

test("the debugger halts, shows, steps, and the console answers", { skip }, async () => {
  writeFileSync(join(editor.folder, "tea.gbai/tea.gbdialog/broken.bas"), 'TALK "a"\n');
  await window.command("View: Close All Editors");
  await window.openFile("tea.gbdialog/start.bas");
  await window.at(8, 1);
  await page().keyboard.press("F9");
  await page().locator(".editor-instance .codicon-debug-breakpoint").first().waitFor();
  await page().keyboard.press("F5");
  await page().locator(".debug-toolbar").waitFor();
  await page().keyboard.press("Control+Shift+Y");
  await window.shot("8-debug-console");
  // The bot's question waits for the person, who types in the debug console.
  const console_ = page().locator(".repl");
  await console_.locator(".monaco-list-row", { hasText: "Welcome to the" }).first().waitFor();
  await console_.locator(".monaco-list-row", { hasText: "waits for an answer" }).first().waitFor();
  await page().locator(".repl-input-wrapper .view-lines").click();
  await page().keyboard.type("Tea");
  await page().keyboard.press("Enter");
  // It halts at the breakpoint and shows the answer.
  await page().locator(".debug-top-stack-frame-line").first().waitFor();
  await window.command("View: Show Run and Debug");
  const drink = page().locator(".debug-variables .monaco-list-row", { hasText: "drink" });
  await drink.filter({ hasText: "Tea" }).first().waitFor();
  await window.shot("8-debugger");
  await page().keyboard.press("F10");
  const list = page().locator(".debug-variables .monaco-list-row", { hasText: "list" });
  await list.filter({ hasText: '["Tea", 1]' }).first().waitFor();
  await window.shot("9-debugger-step");
  await page().keyboard.press("Shift+F5");
  await page().locator(".debug-toolbar").waitFor({ state: "hidden" });
});
