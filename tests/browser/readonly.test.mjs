/**
 * A bot whose folder the server cannot write: what the studio and the log say, and that nothing is
 * lost. The server is started here, as a user who owns nothing where the tests run as root.
 */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { goTo, line, saved, shot } from "./author.mjs";
import { launch, visit } from "./person.mjs";

const program = process.env.BASILECT;
const NOBODY = 65534;
const asRoot = process.getuid?.() === 0;
const changes = asRoot ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
const able = !asRoot || spawnSync("setpriv", ["--version"]).status === 0;
const skip = !program ? "BASILECT is not set" : able ? false : "setpriv is missing";
const token = "token-of-this-test";
const SCRIPT = 'TALK "Good day"\nHEAR x\nTALK "Goodbye"\n';

let browser;
let folder;
let server;
let base;
before(async () => {
  if (skip) return;
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "basilect-readonly-"));
  chmodSync(folder, 0o755);
  const dialogs = join(folder, "bots/fixed.gbai/fixed.gbdialog");
  mkdirSync(dialogs, { recursive: true });
  writeFileSync(join(dialogs, "start.bas"), SCRIPT);
  // The bot's folder itself may be written, the scripts in it may not.
  if (asRoot) chownSync(join(folder, "bots/fixed.gbai"), NOBODY, NOBODY);
  chmodSync(dialogs, 0o555);
  mkdirSync(join(folder, "data"));
  if (asRoot) chownSync(join(folder, "data"), NOBODY, NOBODY);
  const probe = createServer();
  await new Promise((free) => probe.listen(0, "127.0.0.1", free));
  base = `http://127.0.0.1:${probe.address().port}`;
  await new Promise((closed) => probe.close(closed));
});
after(async () => {
  await browser?.close();
  await stop();
  if (folder) chmodSync(join(folder, "bots/fixed.gbai/fixed.gbdialog"), 0o755);
  if (folder) rmSync(folder, { recursive: true });
});

async function start() {
  const words = [...changes, program, "serve", join(folder, "bots"),
    "--listen", base.replace("http://", ""), "--data", join(folder, "data"), "--admin-token", token];
  server = spawn(words[0], words.slice(1), { env: { ...process.env, HOME: folder } });
  server.log = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (server.log += text));
  for (let tries = 0; tries < 100; tries += 1) {
    const ready = await fetch(`${base}/readyz`).then((answer) => answer.ok).catch(() => false);
    if (ready) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(server.log);
}

async function stop() {
  if (!server || server.exitCode !== null) return;
  const ended = new Promise((gone) => server.once("exit", gone));
  server.kill("SIGTERM");
  await ended;
}

async function studio(page) {
  await page.goto(`${base}/studio/fixed`);
  await page.locator("input[name=token]").fill(token);
  await page.keyboard.press("Enter");
  await line(page, "TALK").first().waitFor();
}

test("a folder that cannot be written stays whole, and everybody is told", { skip, timeout: 90_000 }, async () => {
  await start();
  const author = await visit(browser, { viewport: { width: 1360, height: 860 } });
  const { page } = author;
  try {
    await studio(page);
    await page.keyboard.press("Escape");
    await goTo(page, 'TALK "Good day"');
    await page.keyboard.press("Enter");
    await page.keyboard.type('TALK "Mended"');
    await page.waitForTimeout(900);
    await saved(page);
    await page.keyboard.press("Alt+d");
    const told = page.locator(".plan", { hasText: "the server cannot write in" });
    await told.waitFor();
    assert.match(await told.innerText(), /fixed\.gbdialog \(permission denied\)\. Allow it there/);
    await shot(page, "readonly-plan");
    await page.getByRole("button", { name: /^Deploy this/ }).click();
    await page.getByText("is in service in its new version").waitFor();
    await told.waitFor();
    await shot(page, "readonly-done");
    assert.match(server.log, /the folder of the bot stays as it is.*cannot write in/);
    const kept = readFileSync(join(folder, "bots/fixed.gbai/fixed.gbdialog/start.bas"), "utf8");
    assert.equal(kept, SCRIPT, "the folder stays as it is");
    const person = await visit(browser);
    await person.page.goto(`${base}/fixed`);
    await person.page.locator(".message.bot", { hasText: "Mended" }).waitFor();
    // The folder was only looked at: the watcher must not put it into service again.
    await person.page.waitForTimeout(1000);
    await person.page.reload();
    await person.page.locator(".message.bot", { hasText: "Mended" }).waitFor();
    await person.close();

    // After a restart the folder is served, and the draft still has what was written.
    await stop();
    await start();
    await studio(page);
    await line(page, 'TALK "Mended"').waitFor();
  } finally {
    await author.close();
  }
});
