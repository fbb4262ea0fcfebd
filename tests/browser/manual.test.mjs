/** The manual in a real browser: from the server, and as files of a disk; see README.md. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";

import { base, launch } from "./person.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const served = base && `${base}/manual/`;
const onDisk = process.env.MANUAL && `${pathToFileURL(process.env.MANUAL)}/`;

let browser;
before(async () => {
  if (served || onDisk) browser = await launch();
});
after(() => browser?.close());

/** Reads a page of the manual at `home`; the page must not complain about anything. */
function reading(name, act, { home = served, options = desktop, path = "index.html" } = {}) {
  const skip = home ? false : "BASE_URL or MANUAL is not set";
  test(name, { skip, timeout: 60_000 }, async () => {
    const context = await browser.newContext({ locale: "en-US", ...options });
    const page = await context.newPage();
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.setDefaultTimeout(10_000);
    try {
      await page.goto(home + path);
      await act(page, context);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  });
}

/** Types into the search as people do, and gives the titles that are found. */
async function found(page, text) {
  await page.keyboard.press("/");
  await page.locator("#query").fill("");
  await page.keyboard.type(text);
  return page.locator("#found b").allInnerTexts();
}

for (const [where, home] of [["a server", served], ["a disk", onDisk]]) {
  describe(`the search, from ${where}`, () => {
    reading("words and their other spellings come first", async (page) => {
      for (const [text, first] of [
        ["talk", "TALK"], ["send email", "SEND MAIL"], ["SEND_MAIL", "SEND MAIL"],
        ["upper", "UCASE"], ["for each", "FOR EACH"], ["b0108", "B0108"], ["0108", "B0108"],
        ["hea", "HEAR"], ["forma", "FORMAT"], ["deploy", "basilect deploy"],
      ]) {
        assert.equal((await found(page, text))[0], first, text);
      }
    }, { home });

    reading("slips of the finger are forgiven", async (page) => {
      for (const [text, wanted] of [
        ["tlak", "TALK"], ["sugestion", "ADD SUGGESTION"], ["scheduel", "SET SCHEDULE"],
        ["replce", "REPLACE"], ["transcritps", "Testing with transcripts"],
      ]) {
        const titles = await found(page, text);
        assert.ok(titles.slice(0, 6).includes(wanted), `${text}: ${titles}`);
      }
      assert.deepEqual(await found(page, "qqqqzzzz"), []);
      assert.match(await page.locator("#found").innerText(), /Nothing is called/);
    }, { home });

    reading("keys choose and open", async (page) => {
      await found(page, "talk");
      const input = page.locator("#query");
      assert.equal(await input.getAttribute("aria-expanded"), "true");
      assert.equal(await input.getAttribute("aria-activedescendant"), "found-0");
      await page.keyboard.press("ArrowDown");
      assert.equal(await input.getAttribute("aria-activedescendant"), "found-1");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/word/talk.html");
      assert.equal(await page.locator("h1 code").innerText(), "TALK");
      // The search works from a page in a folder as well.
      await found(page, "left");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/function/left.html");
      await found(page, "send mail");
      await page.locator("#found [role=option]").first().click();
      await page.waitForURL("**/word/send-mail.html");
      await found(page, "x");
      await page.keyboard.press("Escape");
      assert.equal(await page.locator("#found").isVisible(), false);
    }, { home });
  });
}

describe("reading", () => {
  reading("light and dark are chosen, and stay chosen", async (page) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: "Switch between light and dark" }).click();
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.goto(`${served}word/talk.html`);
    assert.equal(await ground(), dark);
  });

  reading("the system's preference decides first", async (page) => {
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).colorScheme), "light dark");
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground, "rgb(17, 21, 20)");
  }, { options: { ...desktop, colorScheme: "dark" } });

  reading("the skip link is first and leads to the text", async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  });

  reading("code is copied without its prompt", async (page, context) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const block = page.locator(".console").first();
    await block.hover();
    await block.getByRole("button").click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "basilect new workshop");
  }, { path: "tutorial.html" });

  reading("on a phone the contents open over the page and close again", async (page) => {
    const side = page.locator("#side");
    assert.equal(await side.isVisible(), false);
    await page.locator("#menu").click();
    assert.equal(await page.locator("#menu").getAttribute("aria-expanded"), "true");
    await side.getByRole("link", { name: "Your first bot in ten minutes" }).click();
    await page.waitForURL("**/tutorial.html");
    await page.locator("#menu").click();
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.body.classList.contains("menu-open"));
    assert.equal(await page.evaluate(() => document.activeElement.id), "menu");
  }, { options: phone });

  reading("without scripts the search leads to the index, and the contents are there", async (page) => {
    await page.fill("#query", "talk");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/a-z.html?q=talk");
    assert.ok(await page.locator("#main a", { hasText: /^TALK$/ }).first().isVisible());
    assert.ok(await page.locator("#side").isVisible());
    assert.equal(await page.locator("#mode").isVisible(), false);
  }, { options: { ...phone, javaScriptEnabled: false } });

  reading("the start page leads to the manual", async (page) => {
    await page.goto(base);
    await page.getByRole("link", { name: "Manual" }).click();
    await page.waitForURL("**/manual/");
  });
});

/** Fails with what axe-core finds that keeps people out. */
async function accessible(page) {
  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    // A page on a disk may not fetch its own style sheet.
    preload: false,
  }));
  const told = violations.map(({ id, nodes }) =>
    `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  assert.deepEqual(told, []);
}

describe("every kind of page", () => {
  for (const colorScheme of ["light", "dark"]) {
    reading(`what the search has found is accessible: ${colorScheme}`, async (page) => {
      await found(page, "send");
      await accessible(page);
      await found(page, "qqqqzzzz");
      await accessible(page);
    }, { home: onDisk, options: { ...desktop, colorScheme } });
  }

  const kinds = [
    "index.html", "tutorial.html", "general-bots.html", "language/asking.html",
    "language/classic.html", "packages.html", "keywords.html", "family/chat.html", "word/hear.html", "function/len.html", "a-z.html",
    "diagnostics/index.html", "diagnostics/B0108.html", "command-line.html",
  ];
  for (const path of kinds) {
    for (const [size, options] of [["desktop", desktop], ["phone", phone]]) {
      for (const colorScheme of ["light", "dark"]) {
        reading(`${path} is accessible and fits: ${size}, ${colorScheme}`, async (page) => {
          if (process.env.SHOTS) {
            const name = `manual-${path.replaceAll("/", "-").replace(".html", "")}`;
            await page.screenshot({ path: `${process.env.SHOTS}/${name}-${size}-${colorScheme}.png` });
          }
          const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          assert.equal(wide, false, "it scrolls sideways");
          await accessible(page);
        }, { home: onDisk, options: { ...options, colorScheme }, path });
      }
    }
  }
});
