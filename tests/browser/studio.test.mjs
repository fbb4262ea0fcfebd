/** The studio against a really running server; see README.md for the variables. */

import assert from "node:assert/strict";
import { execSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import {
  answers, begin, chat, fresh, goTo, line, phone, say, saved, scenarios, shot, signIn, skip, token,
} from "./author.mjs";
import { base, launch, ofTheLine, visit } from "./person.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

const scenario = scenarios(() => browser);

/** Fails with what axe-core finds that keeps people out, in the page and in the chat's frame. */
async function clean(page, what) {
  await page.waitForTimeout(400);
  for (const frame of page.frames().filter((one) => one.url().startsWith(base))) {
    await frame.evaluate(axe);
    const { violations } = await frame.evaluate("axe.run({ iframes: false })");
    const told = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
    );
    assert.deepEqual(told, [], `${what}: ${frame.url()}`);
  }
}

describe("the studio", () => {
  test("asks for the token, and says when it is wrong", { skip, timeout: 60_000 }, async () => {
    const author = await visit(browser);
    const { page } = author;
    try {
      await page.goto(`${base}/studio`);
      await page.getByLabel("Administration token").fill("something else");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").filter({ hasText: "not the token" }).waitFor();
      await page.goto(`${base}/studio/store`);
      await page.getByRole("heading", { name: "Sign in to the studio" }).waitFor();
    } finally {
      await author.close();
    }
  });

  scenario("from a template to a bot in service, and back", async (page) => {
    const name = fresh("desk");
    await begin(page, "Front desk", name);
    await chat(page).locator(".message.bot", { hasText: "What is your name?" }).waitFor();

    // A mistake is shown, and mended by its fix.
    await goTo(page, "' A menu shows buttons");
    await page.keyboard.press("Enter");
    await page.keyboard.type('TLAK "Welcome."');
    const problem = page.locator("#problem-list li", { hasText: "TLAK" });
    await problem.waitFor();
    await shot(page, "problem");
    await problem.getByRole("button", { name: /^Fix/ }).click();
    await line(page, 'TALK "Welcome."').waitFor();
    await page.locator("#problem-note", { hasText: "No problems." }).waitFor();
    await saved(page);

    // The chat goes on with its program, then begins again with the new one.
    await page.locator("#changed").getByRole("button", { name: "Start again" }).click();
    await say(page, "ada lovelace", "Welcome.");
    await chat(page).getByRole("button", { name: "Opening hours" }).click();
    await chat(page).locator(".message.bot", { hasText: "We are open" }).waitFor();

    // What was said becomes a test, which passes; the template's own test does not any more.
    await page.getByRole("button", { name: "Record the conversation as a test" }).click();
    await page.getByLabel("Name of the test").fill("welcome");
    await page.keyboard.press("Enter");
    await line(page, "< Welcome.").waitFor();
    await page.getByRole("tab", { name: /^Tests/ }).click();
    await page.getByRole("button", { name: "Run the tests" }).click();
    await page.locator("#test-note", { hasText: "1 passed, 1 failed" }).waitFor();
    const row = page.locator("#test-list li", { hasText: "welcome.chat" });
    assert.match(await row.innerText(), /passed/);
    await page.locator("#test-list .difference", { hasText: "< Welcome." }).waitFor();
    await shot(page, "tests");

    // The plan is seen, then done; the bot in service answers.
    await page.getByRole("button", { name: "Deploy…" }).click();
    await page.getByText("1 of 2 tests fail").waitFor();
    await page.locator("summary", { hasText: "start.bas" }).click();
    await page.locator(".plan .cm-line", { hasText: "Welcome." }).first().waitFor();
    await shot(page, "plan");
    await page.getByRole("button", { name: "Deploy all the same" }).click();
    await page.getByText("is in service in its new version").waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    await answers(page, name, "Welcome.", true);

    // A second version, and back to the first.
    await page.keyboard.press("Control+p");
    await page.keyboard.type("start.bas");
    await page.keyboard.press("Enter");
    await goTo(page, 'TALK "Welcome."');
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.keyboard.type('!"');
    await line(page, 'TALK "Welcome!"').waitFor();
    await page.waitForTimeout(700);
    await saved(page);
    await page.keyboard.press("Alt+d");
    await page.getByRole("button", { name: /^Deploy (this|all)/ }).click();
    await page.getByText("is in service in its new version").waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    await answers(page, name, "Welcome!", true);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("versions");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Go back to this" }).click();
    await page.getByRole("button", { name: "Put this version back" }).click();
    await page.getByText("is in service in its new version").waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    await answers(page, name, "Welcome.", true);

    // What people said to the bot in service can be visited as well.
    await page.getByRole("tab", { name: "Time travel" }).click();
    await page.getByRole("button", { name: "In service" }).click();
    const visited = page.locator(".talks .line", { hasText: "grace hopper" });
    assert.equal(
      await visited
        .first()
        .waitFor()
        .then(() => visited.count()),
      3,
    );
    await visited.first().click();
    await page
      .locator(".values tr", { hasText: "name" })
      .locator("td", { hasText: "Grace" })
      .waitFor();
  });

  scenario("the conversation can be visited step by step", async (page) => {
    await begin(page, "Orders", fresh("order"));
    await chat(page).getByRole("button", { name: "Tea" }).click();
    await say(page, "2", "2 × Tea: 4.00");
    await page.getByRole("tab", { name: "Time travel" }).click();
    const slider = page.getByRole("slider", { name: "Place in the recording" });
    await slider.waitFor();
    const variable = (name) => page.locator(".values tr", { hasText: name }).locator("td");
    await variable("cups").filter({ hasText: "2" }).waitFor();
    await shot(page, "travel");
    await slider.focus();
    await page.keyboard.press("Home");
    await page.locator(".event h3", { hasText: "the conversation begins" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.locator(".event .link").click();
    assert.match(await page.locator(".cm-activeLine").first().innerText(), /TALK "Welcome/);
  });

  scenario("two pages do not overwrite each other", async (page) => {
    const name = fresh("twice");
    await begin(page, "Empty", name);
    const other = await page.context().newPage();
    await other.goto(`${base}/studio/${name}`);
    await line(other, "TALK").first().waitFor();
    await goTo(page, "' The dialog");
    await page.keyboard.type(" one");
    await line(other, "begins here. one").waitFor();
    await other.route("**/files/**", (route) =>
      route.request().method() === "PUT" ? route.abort() : route.continue(),
    );
    await goTo(other, "' The dialog");
    await other.keyboard.type(" two");
    await other.locator("#save-state", { hasText: "Not saved yet" }).waitFor();
    await goTo(page, "' The dialog");
    await page.keyboard.type(" three");
    await page.waitForTimeout(800);
    await saved(page);
    await other.unroute("**/files/**");
    await other.getByText("was changed elsewhere").waitFor();
    await shot(other, "conflict");
    await other.getByRole("button", { name: "Load theirs" }).click();
    await line(other, "one three").waitFor();
    await saved(other);
  });

  test(
    "a crash of the server loses nothing that was written",
    {
      skip: skip || (process.env.RESTART_CMD ? false : "RESTART_CMD is not set"),
      timeout: 120_000,
    },
    async () => {
      const author = await visit(browser);
      const { page } = author;
      try {
        await signIn(page);
        await begin(page, "Empty", fresh("crash"));
        await chat(page).locator(".message.bot").first().waitFor();
        execSync(process.env.RESTART_CMD, { stdio: "ignore" });
        await goTo(page, "' The dialog");
        await page.keyboard.type(" written meanwhile");
        await page.locator("#banner", { hasText: "signed out" }).waitFor({ timeout: 60_000 });
        const [other] = await Promise.all([
          page.context().waitForEvent("page"),
          page.locator("#banner").getByRole("link", { name: "Sign in" }).click(),
        ]);
        await other.getByLabel("Administration token").fill(token);
        await other.keyboard.press("Enter");
        await line(other, "written meanwhile").waitFor({ timeout: 30_000 });
        await saved(page);
        await page.locator("#banner:empty").waitFor({ state: "attached", timeout: 30_000 });
        await say(page, "hello again", "You said: hello again");
        assert.deepEqual(
          author.faults.filter((fault) => !ofTheLine.test(fault)),
          [],
        );
      } finally {
        await author.close();
      }
    },
  );

  scenario("rename, definition and completion come from the language server", async (page) => {
    await begin(page, "Orders", fresh("names"));
    await line(page, "total = 0")
      .first()
      .click({ position: { x: 20, y: 8 } });
    await page.keyboard.press("F2");
    await page.locator("#toast", { hasText: "`total` is also named in line" }).waitFor();
    await line(page, "price = item")
      .first()
      .click({ position: { x: 50, y: 8 } });
    await page.keyboard.press("F2");
    await page.getByLabel("New name").fill("amount");
    await page.keyboard.press("Enter");
    await line(page, "total = total + amount").waitFor();
    await goTo(page, "' Takes an order");
    await page.keyboard.press("Enter");
    await page.keyboard.type("HEA");
    const offered = page.locator(".cm-tooltip-autocomplete li", { hasText: "HEAR" }).first();
    await offered.waitFor();
    await page.locator(".cm-completionInfo", { hasText: "Waits for the person" }).waitFor();
    await page.keyboard.press("Escape");
    for (let letter = 0; letter < 4; letter += 1) await page.keyboard.press("Backspace");
    await line(page, "total = total + amount").locator(".sem-variable").first().waitFor();
    await page.keyboard.press("Control+Shift+f");
    await page.keyboard.type("amount");
    await page.locator("#search-note", { hasText: "3 lines in 1 files" }).waitFor();
  });

  scenario("everything can be reached with the keyboard alone", async (page) => {
    const name = fresh("keys");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "New bot" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open] input[type=radio]").first().waitFor();
    for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowDown");
    await page.getByLabel("What is its name?").focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/studio/${name}`);
    await page.getByRole("button", { name: "Begin" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Alt+e");
    const inside = () => page.evaluate(() => document.activeElement.closest(".cm-editor") !== null);
    assert.ok(await inside(), "the key of the editor leads there");
    await page.keyboard.press("Tab");
    assert.ok(await inside(), "Tab indents");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    assert.ok(!(await inside()), "Escape, then Tab leaves the editor");
    await page.keyboard.press("Control+Shift+e");
    const row = () => page.evaluate(() => document.activeElement.dataset.path);
    await page.keyboard.press("Home");
    assert.equal(await row(), `${name}.gbdialog`);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowDown");
    assert.equal(await row(), `${name}.gbot`);
    await page.keyboard.press("Alt+n");
    await page.getByLabel("Path").fill(`${name}.gbdialog/extra.bas`);
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "extra.bas" }).waitFor();
    await page.keyboard.type('TALK "more"');
    await page.keyboard.press("Alt+c");
    await page.waitForFunction(() => document.activeElement.id === "chat");
    await page.keyboard.type("good day");
    await page.keyboard.press("Enter");
    await chat(page).locator(".message.bot", { hasText: "You said: good day" }).waitFor();
    await page.keyboard.press("Alt+t");
    await page.locator("#test-note", { hasText: "1 passed" }).waitFor();
  });

  for (const colorScheme of ["light", "dark"]) {
    scenario(
      `is accessible in ${colorScheme}`,
      async (page) => {
        await clean(page, "the list");
        await page.getByRole("button", { name: "New bot" }).click();
        await clean(page, "a new bot");
        await page.keyboard.press("Escape");
        await begin(page, "Survey", fresh(colorScheme));
        await goTo(page, "' Asks three");
        await page.keyboard.press("Enter");
        await page.keyboard.type("TLAK 1");
        await page.locator("#problem-list li").first().waitFor();
        await clean(page, "the studio");
        await page.getByRole("tab", { name: "Time travel" }).click();
        await page.getByRole("slider", { name: "Place in the recording" }).waitFor();
        await clean(page, "time travel");
        await page.keyboard.press("F1");
        await clean(page, "the palette");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Deploy…" }).click();
        await page.locator(".plan", { hasText: "The draft has errors" }).waitFor();
        await clean(page, "a plan");
        await shot(page, `desktop-${colorScheme}`);
      },
      { colorScheme },
    );

    scenario(
      `is usable on a phone in ${colorScheme}`,
      async (page) => {
        await begin(page, "Orders", fresh("phone"));
        for (const [place, pane] of [
          ["Files", "#side"],
          ["Checks", "#bottom"],
          ["Chat", "#talk"],
        ]) {
          await page.locator("#places").getByRole("button", { name: place }).click();
          await page.locator(pane).waitFor();
          await clean(page, place);
          await shot(page, `phone-${place.toLowerCase()}-${colorScheme}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= 390, `${place} is ${wide} wide`);
        }
        await chat(page).getByRole("button", { name: "That is all" }).click();
        await chat(page).locator(".message.bot", { hasText: "Perhaps another time" }).waitFor();
        await page.locator("#places").getByRole("button", { name: "Files" }).click();
        await page.getByRole("treeitem", { name: "two-teas.chat" }).click();
        await line(page, "# Two teas").waitFor();
      },
      { ...phone, colorScheme },
    );
  }
});
