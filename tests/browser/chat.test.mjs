/** The web chat against a really running server; see README.md for the variables. */

import assert from "node:assert/strict";
import { execSync } from "node:child_process";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { base, launch, ofTheLine, visit } from "./person.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const skip = base ? false : "BASE_URL is not set";

let browser;
before(async () => {
  if (base) browser = await launch();
});
after(() => browser?.close());

/**
 * Runs a scenario with a person of its own, whose page must not have complained about anything; in
 * a `rough` one the line is cut, or an address is wrong, and the browser may say so.
 */
function scenario(name, act, { options = {}, when = skip, rough = false } = {}) {
  test(name, { skip: when, timeout: 120_000 }, async () => {
    const person = await visit(browser, options);
    try {
      await act(person);
      const faults = person.faults.filter((fault) => !(rough && ofTheLine.test(fault)));
      assert.deepEqual(faults, []);
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
  }, { rough: true });
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

  scenario("simple markup in what a bot says is shown as meant", async (person) => {
    await person.open("reminders");
    await person.say("Ada");
    await person.press("New");
    await person.say(`<u>milk</u> & <a href="https://example.org">list</a> <b onclick="x()">no</b>`);
    await person.press("Tomorrow morning");
    await person.press("Once");
    const said = person.page.locator(".message.bot", { hasText: "I will remind you of" });
    assert.equal(await said.locator("u", { hasText: "milk" }).count(), 1);
    const link = said.locator("a[rel~=noopener][target=_blank]", { hasText: "list" });
    assert.equal(await link.getAttribute("href"), "https://example.org");
    assert.equal(await said.locator("b, [onclick]").count(), 0);
  });

  scenario("tables, lists and code look like what they are", async (person) => {
    await person.open("cave");
    const drawn = await person.page.evaluate(async () => {
      const { render } = await import("/assets/markdown.js");
      const box = document.createElement("div");
      box.className = "rich";
      box.append(render("| a | b |\n|---|---:|\n| 1 | 2 |\n\n3. three\n\n```\n<b>\n```"));
      document.getElementById("log").append(box);
      const look = (query) => getComputedStyle(box.querySelector(query));
      return {
        number: look("td:last-child").textAlign,
        first: box.querySelector("ol").start,
        code: box.querySelector("pre").innerText.trim(),
        reachable: [...box.querySelectorAll(".table, pre")].every((part) => part.tabIndex === 0),
      };
    });
    assert.deepEqual(drawn, { number: "end", first: 3, code: "<b>", reachable: true });
  });

  scenario("markup in what a bot says cannot run", async (person) => {
    const attack = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>` +
      `<svg onload="window.hacked=1"></svg><iframe srcdoc="<script>parent.hacked=1</script>">` +
      `</iframe><form action="//evil"><input></form> [x](javascript:window.hacked=1) **bold**`;
    await person.open("reminders");
    await person.say("Ada");
    await person.press("New");
    await person.say(attack);
    await person.press("Tomorrow morning");
    await person.press("Once");
    const said = person.page.locator(".message.bot", { hasText: "I will remind you of" });
    assert.equal(await said.locator("strong", { hasText: "bold" }).count(), 1);
    const dangerous = "script, svg, iframe, form, input, [onerror], [onload], " +
      "[href^='javascript:']";
    assert.equal(await said.locator(".bubble").locator(dangerous).count(), 0);
    assert.match(await said.innerText(), /<script>window.hacked=1<.script>/);
    assert.equal(await person.page.evaluate("window.hacked"), undefined);
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
  scenario("what the server refuses is said with its trace, and can be sent again", async (p) => {
    let refuse = true;
    await p.page.routeWebSocket(/\/ws\//, (page) => {
      const server = page.connectToServer();
      server.onMessage((frame) => page.send(frame));
      page.onMessage((frame) => {
        const { type, id } = JSON.parse(frame);
        if (type !== "say" || !refuse) return server.send(frame);
        const refused = { type: "refused", id, code: "busy", message: "", retry_after_ms: null };
        page.send(JSON.stringify({ ...refused, trace: "4f1c9a0b77de" }));
        page.send(JSON.stringify({ type: "error", message: "Oh", trace: "0b77de4f1c9a" }));
      });
    });
    await p.open("cave");
    await p.write("Ada");
    await p.page.locator(".refused code", { hasText: "4f1c9a0b77de" }).waitFor();
    await p.page.locator("#banner[role=status]", { hasText: "0b77de4f1c9a" }).waitFor();
    await p.page.locator("#banner button").click();
    assert.equal(await p.page.locator("#banner").innerText(), "");
    refuse = false;
    const before = await p.count("bot");
    await p.page.getByRole("button", { name: "Try again" }).click();
    await p.answered(before);
    assert.deepEqual(await p.texts("person"), ["Ada"]);
    await inOrder(p);
  });

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
  }, { rough: true });

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
  }, { rough: true });

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
  }, { when, rough: true });

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
  }, { when, rough: true });
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

  scenario("nothing is wider than a phone, whatever is said", async (person) => {
    const { page } = person;
    await page.goto(base);
    await page.locator(".card").first().waitFor();
    const wider = () => page.evaluate(() => {
      const wide = (element) => element.scrollWidth > element.clientWidth;
      return [document.documentElement, document.getElementById("scroll")].filter(Boolean)
        .filter(wide).map((element) => element.id || element.tagName);
    });
    assert.deepEqual(await wider(), []);
    for (const bot of ["store", "enrolment", "cave"]) {
      await person.open(bot);
      await person.say(`${"unbroken".repeat(60)} https://example.org/${"a/".repeat(200)}`);
      await person.shot(`long-${bot}`);
      assert.deepEqual(await wider(), [], bot);
    }
  }, { options: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true } });

  scenario("at 200 % the log can still be read", async (person) => {
    await person.open("enrolment");
    await person.page.locator("#options button").first().waitFor();
    await person.shot("zoomed");
    const { log, bottom } = await person.page.evaluate(() => ({
      log: document.getElementById("scroll").clientHeight,
      bottom: document.getElementById("composer").getBoundingClientRect().bottom - innerHeight,
    }));
    assert.ok(log >= 120, `${log} pixels are left for the log`);
    assert.ok(bottom <= 0, "the composer is out of sight");
  }, { options: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 } });

  scenario("what can be pressed is large enough for a thumb", async (person) => {
    await person.open("enrolment");
    await person.press("Course list");
    const small = await person.page.$$eval("button, .bar a, textarea", (elements) => elements
      .filter((element) => element.checkVisibility())
      .map((element) => [element.id || element.innerText, element.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 44 || height < 44)
      .map(([name, { width, height }]) => `${name} ${width}x${height}`));
    assert.deepEqual(small, []);
  }, { options: phone });

  scenario("the keyboard is enough", async (person) => {
    const { page } = person;
    const focused = () => page.evaluate(() =>
      document.activeElement.id || document.activeElement.innerText);
    const walk = async (key, to) => {
      for (let step = 0; step < 25 && !to.test(await focused()); step += 1) {
        await page.keyboard.press(key);
      }
      assert.match(await focused(), to);
      const ring = await page.evaluate(() => {
        const element = document.activeElement;
        const outer = element.matches("textarea") ? element.closest("form") : element;
        const { outlineStyle, boxShadow } = getComputedStyle(outer);
        return outlineStyle !== "none" || boxShadow !== "none";
      });
      assert.ok(ring, `${await focused()} does not show that it has the focus`);
    };
    await page.goto(base);
    await page.locator(".card").first().waitFor();
    await walk("Tab", /^search$/);
    await page.keyboard.type("enrol");
    await walk("Tab", /Enrolment|Enrolment Office/i);
    await page.keyboard.press("Enter");
    await page.locator("#options button").first().waitFor();
    assert.equal(await focused(), "text");
    await walk("Shift+Tab", /^Course list$/);
    const before = await person.count("bot");
    await page.keyboard.press("Enter");
    await person.answered(before);
    assert.equal(await focused(), "text", "the focus goes back to the field");
    await walk("Shift+Tab", /^anew$/);
    await page.keyboard.press("Enter");
    await page.locator("#confirm[open]").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await focused(), "anew");
    await page.keyboard.press("Escape");
    assert.equal(await focused(), "text");
    assert.deepEqual(await person.texts("person"), ["Course list"]);
  });

  scenario("news is read aloud, history is not", async (person) => {
    const { page } = person;
    const aloud = () => page.locator("[role=log][aria-live=polite] p").allTextContents();
    await person.open("cave");
    await person.say("Ada");
    assert.match((await aloud()).join("\n"), /Welcome, Ada/);
    const shown = await person.count("bot");
    await page.reload();
    await page.locator(`.message.bot >> nth=${shown - 1}`).waitFor();
    await person.settled();
    assert.deepEqual(await aloud(), []);
    await person.say("bag");
    assert.match((await aloud()).join("\n"), /^[^]*bag is empty/);
    await page.getByRole("textbox", { name: "Message" }).waitFor();
    await page.getByRole("button", { name: "Send" }).waitFor();
  });

  scenario("each writing has its direction", async (person) => {
    await person.open("cave");
    await person.say("Ada");
    await person.say("שלום עולם");
    await person.say("good day");
    const directions = await person.page.$$eval(".person .bubble", (bubbles) =>
      bubbles.map((bubble) => getComputedStyle(bubble).direction));
    assert.deepEqual(directions, ["ltr", "rtl", "ltr"]);
  });

  scenario("nothing moves for those who do not want it", async (person) => {
    await person.open("enrolment");
    await person.press("Course list");
    const longest = await person.page.$$eval("*", (elements) => Math.max(...elements.map(
      (element) => parseFloat(getComputedStyle(element).animationDuration))));
    assert.ok(longest < 0.001, `an animation of ${longest} s`);
  }, { options: { reducedMotion: "reduce" } });

  for (const [bot, primary] of [["store", "#0b6b3a"], ["enrolment", "#1f4e8c"]]) {
    scenario(`${bot} wears its theme`, async (person) => {
      await person.open(bot);
      const worn = await person.page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        const logo = document.querySelector("#logo img");
        return { primary: style.getPropertyValue("--primary").trim(), logo: logo?.naturalWidth > 0 };
      });
      assert.deepEqual(worn, { primary, logo: true });
    });
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
