/** The web chat against a really running server; see README.md for the variables. */

import assert from "node:assert/strict";
import { execSync } from "node:child_process";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { base, launch, visit } from "./person.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const skip = base ? false : "BASE_URL is not set";

let browser;
before(async () => {
  if (base) browser = await launch();
});
after(() => browser?.close());

/** Runs a scenario with a person of its own, whose page must not have thrown anything. */
function scenario(name, act, { options = {}, when = skip } = {}) {
  test(name, { skip: when, timeout: 120_000 }, async () => {
    const person = await visit(browser, options);
    try {
      await act(person);
      assert.deepEqual(person.faults, []);
    } finally {
      await person.close();
    }
  });
}

/** Every item once and in order, as the numbers of the log say. */
async function inOrder(person) {
  const numbers = (await person.log()).map((line) => line.seq);
  assert.ok(numbers.every(Number.isInteger), "a message is not in the log");
  const sorted = [...new Set(numbers)].sort((one, other) => one - other);
  assert.deepEqual(numbers, sorted);
}

describe("the start page", () => {
  scenario("lists the bots and finds one by its words", async ({ page }) => {
    await page.goto(base);
    await page.locator(".card").first().waitFor();
    const links = await page.$$eval(".card", (cards) => cards.map((card) => card.pathname));
    for (const bot of ["/store", "/enrolment", "/cave"]) assert.ok(links.includes(bot), bot);
    await page.fill("#search", "ECHOES crown");
    assert.equal(await page.locator(".card:visible").count(), 1);
    await page.locator(".card:visible").click();
    await page.waitForURL("**/cave");
  });

  scenario("an unknown bot leads back to the list", async ({ page }) => {
    await page.goto(`${base}/nobody-of-this-name`);
    await page.getByRole("link", { name: "All bots" }).click();
    await page.locator(".card").first().waitFor();
  });
});

describe("a dialog", () => {
  scenario("the store greets and a suggestion runs its tool", async (person) => {
    await person.open("store");
    await person.page.locator("#options button").first().waitFor();
    assert.match((await person.texts("bot"))[0], /Corner Store/);
    assert.ok((await person.labels()).includes("My cart"));
    await person.press("My cart");
    assert.deepEqual(await person.texts("person"), ["My cart"]);
    assert.equal(await person.page.locator(".failure").count(), 0);
    await inOrder(person);
  });

  scenario("the enrolment shows its menu and refuses a wrong answer", async (person) => {
    await person.open("enrolment");
    await person.press("Course list");
    assert.match((await person.texts("bot")).join("\n"), /Data Analysis[^]*Web Development/);
    await person.press("Enrol");
    await person.press("Data Analysis");
    await person.say("maria at example");
    await person.say(`maria.${Date.now()}@example.org`);
    assert.match((await person.texts("bot")).join("\n"), /name\?/);
    await inOrder(person);
  });

  scenario("the cave answers what is typed", async (person) => {
    await person.open("cave");
    await person.say("Ada");
    assert.match((await person.texts("bot")).join("\n"), /Ada/);
    await person.say("bag");
    assert.match((await person.texts("bot")).at(-1), /bag is empty/);
    await inOrder(person);
  });

  scenario("a new conversation leaves the old one", async (person) => {
    await person.open("cave");
    await person.say("Ada");
    await person.page.click("#anew");
    await person.page.getByRole("button", { name: "Start anew" }).click();
    await person.page.waitForFunction(() =>
      document.querySelectorAll(".message.bot").length > 0 &&
      document.querySelectorAll(".message.person").length === 0);
  });

  scenario("markup in a message stays text", async (person) => {
    const attack = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
    await person.open("cave");
    await person.say("Ada");
    await person.say(`${attack} [x](javascript:window.hacked=1)`);
    const dangerous = "#log script, #log [onerror], #log [href^='javascript:']";
    assert.equal(await person.page.locator(dangerous).count(), 0);
    assert.equal(await person.page.evaluate("window.hacked"), undefined);
    assert.ok((await person.texts("person")).at(-1).startsWith(attack));
  });

  scenario("keys: Shift+Enter breaks the line, the arrow recalls", async (person) => {
    await person.open("cave");
    await person.say("Ada");
    await person.page.keyboard.press("ArrowUp");
    assert.equal(await person.page.inputValue("#text"), "Ada");
    await person.page.keyboard.press("Escape");
    await person.page.keyboard.type("one");
    await person.page.keyboard.press("Shift+Enter");
    await person.page.keyboard.type("2");
    assert.equal(await person.page.inputValue("#text"), "one\n2");
  });

  scenario("a file is uploaded and shown in the log", async (person) => {
    await person.open("cave");
    await person.page.setInputFiles("#file", {
      name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("hello"),
    });
    await person.page.locator("#send:enabled").waitFor();
    await person.say("with a note");
    const link = person.page.locator(".person .document", { hasText: "note.txt" });
    const answer = await person.page.request.get(await link.getAttribute("href"));
    assert.equal(await answer.text(), "hello");
  });
});

describe("a connection that breaks", () => {
  scenario("a reload in the middle of a dialog goes on with it", async (person) => {
    await person.open("cave");
    await person.say("Ada");
    const earlier = await person.log();
    await person.page.reload();
    await person.page.locator(`.message >> nth=${earlier.length - 1}`).waitFor();
    assert.deepEqual(await person.log(), earlier);
    await person.say("bag");
    assert.match((await person.texts("bot")).at(-1), /bag is empty/);
  });

  scenario("a cut socket is replaced and nothing is shown twice", async (person) => {
    await person.open("cave");
    await person.say("Ada");
    const earlier = await person.log();
    await person.page.evaluate("window.cut()");
    await person.write("bag");
    await person.answered(earlier.filter((line) => line.by === "bot").length);
    assert.deepEqual((await person.log()).slice(0, earlier.length), earlier);
    assert.deepEqual((await person.texts("person")).slice(1), ["bag"]);
    await inOrder(person);
  });

  scenario("what is written offline is sent once, even after a reload", async (person) => {
    const { page } = person;
    await person.open("cave");
    await person.say("Ada");
    await page.context().setOffline(true);
    await page.evaluate("window.dispatchEvent(new Event('offline'))");
    await person.offline();
    await person.write("bag");
    await page.locator(".message.queued").waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await page.waitForFunction(() => /bag is empty/.test(document.body.innerText));
    await person.settled();
    assert.deepEqual(await person.texts("person"), ["Ada", "bag"]);
    await inOrder(person);
  });

  scenario("two tabs show the same", async (person) => {
    await person.open("cave");
    const other = await person.secondTab("cave");
    await person.say("Ada");
    await other.page.locator(".message.person").waitFor();
    await other.settled();
    await other.say("bag");
    await person.settled();
    assert.deepEqual(await person.log(), await other.log());
    await inOrder(other);
  });

  const when = skip || (process.env.RESTART_CMD ? false : "RESTART_CMD is not set");
  const kill = () => execSync(process.env.RESTART_CMD, { stdio: "ignore", timeout: 60_000 });

  scenario("after kill -9 the dialog goes on at its next line", async (person) => {
    await person.open("enrolment");
    await person.press("Enrol");
    await person.press("Web Development");
    const earlier = await person.log();
    kill();
    await person.write(`li.${Date.now()}@example.org`);
    await person.answered(earlier.filter((line) => line.by === "bot").length);
    assert.deepEqual((await person.log()).slice(0, earlier.length), earlier);
    assert.match((await person.texts("bot")).join("\n"), /full name\?/);
    assert.equal((await person.texts("person")).length, 3);
    await inOrder(person);
  }, { when });

  scenario("killed right after a message, the server neither loses nor doubles", async (person) => {
    await person.open("cave");
    await person.say("Ada");
    for (const [round, word] of ["bag", "look", "map"].entries()) {
      const earlier = await person.count("bot");
      await person.write(word);
      kill();
      await person.answered(earlier);
      assert.equal(await person.count("person"), round + 2);
    }
    assert.deepEqual(await person.texts("person"), ["Ada", "bag", "look", "map"]);
    await inOrder(person);
    const shown = await person.log();
    await person.page.reload();
    await person.page.locator(`.message >> nth=${shown.length - 1}`).waitFor();
    assert.deepEqual(await person.log(), shown);
  }, { when });
});

describe("for everybody", () => {
  for (const colorScheme of ["light", "dark"]) {
    scenario(`no serious barriers in ${colorScheme} mode`, async (person) => {
      const { page } = person;
      await page.goto(base);
      await page.locator(".card").first().waitFor();
      await withoutBarriers(person, `start-${colorScheme}`);
      for (const bot of ["store", "enrolment", "cave"]) {
        await person.open(bot);
        await person.say("Ada");
        await withoutBarriers(person, `${bot}-${colorScheme}`);
      }
    }, { options: { colorScheme, reducedMotion: "reduce" } });

    scenario(`fits a phone in ${colorScheme} mode`, async (person) => {
      await person.open("enrolment");
      await person.press("Course list");
      await person.shot(`phone-${colorScheme}`);
      const { wide, field } = await person.page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - innerWidth,
        field: document.getElementById("composer").getBoundingClientRect().bottom - innerHeight,
      }));
      assert.ok(wide <= 0, "the page is wider than the phone");
      assert.ok(field <= 0, "the composer is out of sight");
    }, { options: { ...phone, colorScheme } });
  }

  scenario("light and dark can be chosen and the choice stays", async ({ page }) => {
    await page.goto(`${base}/store`);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.click("#mode");
    const dark = await ground();
    assert.notEqual(light, dark);
    await page.reload();
    assert.equal(await ground(), dark);
  }, { options: { colorScheme: "light" } });
});

/** Fails with what axe-core finds that keeps people out. */
async function withoutBarriers(person, name) {
  await person.shot(name);
  await person.page.evaluate(await import("node:fs").then((fs) => fs.readFileSync(axe, "utf8")));
  const { violations } = await person.page.evaluate("axe.run()");
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const found = grave.map(({ id, nodes }) => [id, nodes.map((node) => node.failureSummary)]);
  assert.deepEqual(found, [], name);
}
