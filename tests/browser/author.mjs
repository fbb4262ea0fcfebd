/** An author at the studio: signs in, begins bots, writes and talks. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { base, visit } from "./person.mjs";

export const token = process.env.ADMIN_TOKEN;
export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
export const skip = base && token ? false : "BASE_URL or ADMIN_TOKEN is not set";

let count = 0;

/** A name that no other run has used. */
export const fresh = (word) => `${word}-${Date.now().toString(36)}-${(count += 1)}`;

/**
 * Makes scenarios: each has an author who is signed in, and a page that must not have complained.
 */
export function scenarios(browser) {
  return (name, act, options = {}) =>
    test(name, { skip, timeout: 120_000 }, async () => {
      const author = await visit(browser(), { viewport: { width: 1360, height: 860 }, ...options });
      try {
        await signIn(author.page);
        await act(author.page, author);
        assert.deepEqual(author.faults, []);
      } catch (error) {
        await shot(author.page, `failed-${name.replace(/\W+/g, "-")}`);
        throw error;
      } finally {
        await author.close();
      }
    });
}

export async function signIn(page) {
  await page.goto(`${base}/studio`);
  await page.locator("input[name=token]").fill(token);
  await page.keyboard.press("Enter");
  await page.locator(".home-head").waitFor();
}

/** Begins a bot from a template and waits until it can be written and talked with. */
export async function begin(page, template, name) {
  await page.getByRole("button", { name: "New bot" }).click();
  await page.getByText(template, { exact: true }).click();
  await page.getByLabel("What is its name?").fill(name);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/studio/${name}`);
  await page.getByRole("button", { name: "Begin" }).click();
  await saved(page);
}

export const saved = (page) =>
  page.locator("#save-state", { hasText: /^Saved$/ }).waitFor({ state: "attached" });
export const chat = (page) => page.frameLocator("#chat");
export const line = (page, text) => page.locator(".sheet-of:not([hidden]) .cm-line", { hasText: text });

/** Puts the cursor behind the last letter of a line. */
export async function goTo(page, text) {
  await line(page, text)
    .first()
    .click({ position: { x: 20, y: 8 } });
  await page.keyboard.press("End");
}

export async function say(page, text, answer) {
  await chat(page).locator("#text").fill(text);
  await chat(page).locator("#text").press("Enter");
  await chat(page).locator(".message.bot", { hasText: answer }).last().waitFor();
}

export async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/studio-${name}.png` });
}


/** The bot in service says this to somebody who gives a name. */
export async function answers(page, name, text) {
  const person = await visit(page.context().browser());
  try {
    await person.open(name);
    await person.page.fill("#text", "grace hopper");
    await person.page.keyboard.press("Enter");
    await person.page.locator(".message.bot", { hasText: text }).waitFor();
  } finally {
    await person.close();
  }
}

/** Writes a file of the draft, as another page would. */
export async function put(page, bot, path, text) {
  const files = `/api/studio/bots/${bot}/files`;
  const status = await page.evaluate(async ([files, path, text]) => {
    const known = (await (await fetch(files)).json()).files.find((file) => file.path === path);
    const headers = known ? { "If-Match": `"${known.hash}"` } : { "If-None-Match": "*" };
    return (await fetch(`${files}/${path}`, { method: "PUT", headers, body: text })).status;
  }, [files, path, text]);
  assert.ok(status < 300, `${path}: ${status}`);
}
