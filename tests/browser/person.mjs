/** A person at a browser: opens chats, reads them and answers. */

import { chromium } from "playwright-core";

export const base = process.env.BASE_URL?.replace(/\/$/, "");

const quiet = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
  "--disable-background-networking", "--disable-component-update",
];

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: quiet,
});

/** Sockets of the page can be cut from the test: `window.cut()` closes them without a goodbye. */
function rememberSockets() {
  const Native = window.WebSocket;
  const open = new Set();
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      open.add(this);
    }
  };
  window.cut = () => {
    for (const socket of open) socket.close();
    open.clear();
  };
}

/** What the browser itself remarks about a line that is cut on purpose. */
export const ofTheLine = /WebSocket connection|Failed to load resource|net::ERR_/;

/** A fresh browser profile with one page; its console's errors are collected in `faults`. */
export async function visit(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  await context.addInitScript(rememberSockets);
  return new Person(await context.newPage());
}

export class Person {
  constructor(page) {
    this.page = page;
    this.faults = [];
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(`${message.text()} (${message.location().url}:${message.location().lineNumber})`);
    });
    page.setDefaultTimeout(15_000);
  }

  async open(bot) {
    await this.page.goto(`${base}/${bot}`);
    await this.page.locator(".message.bot").first().waitFor();
  }

  /** Another tab of the same browser. */
  async secondTab(bot) {
    const other = new Person(await this.page.context().newPage());
    await other.open(bot);
    return other;
  }

  async online() {
    await this.page.locator('body[data-online="yes"]').waitFor();
  }

  async offline() {
    await this.page.locator('body[data-online="no"]').waitFor();
  }

  /** Writes and sends without waiting for an answer. */
  async write(text) {
    await this.page.fill("#text", text);
    await this.page.keyboard.press("Enter");
  }

  /** Says something and waits until the bot has said a further thing and rests. */
  async say(text) {
    const before = await this.count("bot");
    await this.write(text);
    await this.answered(before);
  }

  async press(label) {
    const before = await this.count("bot");
    await this.page.locator("#options").getByRole("button", { name: label, exact: true }).click();
    await this.answered(before);
  }

  async answered(before) {
    await this.page.locator(`.message.bot >> nth=${before}`).waitFor();
    await this.settled();
  }

  /** Waits until the log has not changed for a while and nothing is being written. */
  async settled() {
    await this.page.waitForFunction(() => {
      const log = document.getElementById("log").innerText;
      const now = performance.now();
      if (log !== window.lastLog) Object.assign(window, { lastLog: log, lastChange: now });
      const busy = document.querySelector(".writing, .queued, #typing:not([hidden])");
      return !busy && now - window.lastChange > 500;
    }, null, { polling: 50 });
  }

  count(by) {
    return this.page.locator(`.message.${by}`).count();
  }

  /** The log as lines `bot: …` and `person: …`, with the numbers of the items. */
  log() {
    return this.page.$$eval(".message", (messages) => messages.map((message) => {
      const inside = message.querySelector(".bubble, .failure, .media, .document");
      return { seq: Number(message.dataset.seq), by: message.dataset.by, text: inside?.innerText };
    }));
  }

  async texts(by) {
    const log = await this.log();
    return log.filter((line) => line.by === by).map((line) => line.text.trim());
  }

  labels() {
    return this.page.locator("#options button").allInnerTexts();
  }

  async shot(name) {
    if (process.env.SHOTS) await this.page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
  }

  close() {
    return this.page.context().close();
  }
}
