/** What an author does in the studio from the first minute on; see README.md for the variables. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe } from "node:test";

import {
  begin, chat, fresh, goTo, line, phone, put, saved, say, scenarios, shot, skip,
} from "./author.mjs";
import { base, launch, visit } from "./person.mjs";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

const scenario = scenarios(() => browser);

/** A model server that answers one question after another and counts them. */
async function model(replies) {
  const asked = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      asked.push(JSON.parse(body));
      const delta = replies[asked.length - 1] ?? { content: "I have nothing more to say." };
      const usage = { prompt_tokens: 100 * asked.length, completion_tokens: 20 };
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(`data: ${JSON.stringify({ model: "counted", choices: [{ delta }] })}\n\n`);
      response.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  return { asked, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const TOOL = `PARAM day AS STRING LIKE "Monday" DESCRIPTION "The day of the week"
DESCRIPTION "Tells when the shop is open"
RETURN "On \${day}: 9 to 5"
`;
const START = `mood = LLM "How is the weather for tea?"
TALK "Good day. \${mood}"
HEAR name WITH "What is your name?"
wish = LLM "Greet \${name} in one word"
TALK wish
ADD TOOL "opening-hours"
SET CONTEXT "You help guests of a tea shop."
TALK "Ask me anything."
`;

describe("an author", () => {
  for (const [locale, words] of Object.entries({
    "pt-BR": ["Seus bots", "Novo bot", "Arquivos", "Publicar…", "Recomeçar", "Mostrar todos os comandos"],
    "es-MX": ["Tus bots", "Nuevo bot", "Archivos", "Publicar…", "Empezar de nuevo", "Mostrar todos los comandos"],
  })) {
    scenario(`reads the studio in the language of the browser: ${locale}`, async (page) => {
      const [home, anew, files, deploy, again, palette] = words;
      await page.getByRole("heading", { name: home }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), locale.slice(0, 2));
      const name = fresh("words");
      await page.getByRole("button", { name: anew }).click();
      await page.locator("dialog[open] input:not([type=radio])").fill(name);
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/studio/${name}`);
      await page.getByRole("tab", { name: files }).waitFor();
      await page.getByRole("button", { name: deploy }).waitFor();
      await page.getByRole("button", { name: again }).first().waitFor();
      await shot(page, `words-${locale}`);
      await page.keyboard.press("F1");
      await page.locator(".palette-list li", { hasText: palette }).waitFor();
      // A name of a word that stands for itself was forgotten: they are written with `_`.
      const shown = await page.evaluate(() => {
        document.querySelectorAll(".cm-editor").forEach((editor) => editor.remove());
        return document.body.innerText;
      });
      assert.deepEqual(shown.match(/\b[a-z]+_[a-z_]+\b/g) ?? [], []);
    }, { locale });
  }

  scenario("renames a script, and what names it follows", async (page) => {
    const name = fresh("follow");
    await begin(page, "Empty", name);
    await put(page, name, `${name}.gbdialog/opening-hours.bas`, TOOL);
    await put(page, name, `${name}.gbdialog/start.bas`, 'ADD TOOL "opening-hours"\nTALK "Hello"\n');
    await page.reload();
    await line(page, 'ADD TOOL "opening-hours"').waitFor();
    await page.waitForTimeout(1500);
    await page.getByRole("treeitem", { name: "opening-hours.bas" }).click();
    await page.getByRole("tab", { name: "opening-hours.bas", selected: true }).waitFor();
    await page.keyboard.press("Control+Shift+e");
    await page.waitForFunction(() => document.activeElement.dataset.path?.endsWith("hours.bas"));
    await page.keyboard.press("F2");
    await page.getByLabel("Path").fill(`${name}.gbdialog/start.bas`);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "There is a file" }).waitFor();
    await page.getByLabel("Path").fill(`${name}.gbdialog/hours.bas`);
    await page.keyboard.press("Enter");
    await page.locator("#toast", { hasText: "1 places that name it follow" }).waitFor();
    await page.getByRole("treeitem", { name: "start.bas" }).click();
    await line(page, 'ADD TOOL "hours"').waitFor();
    await page.waitForTimeout(700);
    await saved(page);
    await page.locator("#problem-note", { hasText: "No problems." }).waitFor();
    const text = await page.evaluate(
      (path) => fetch(path).then((answer) => answer.text()),
      `/api/studio/bots/${name}/files/${name}.gbdialog/start.bas`,
    );
    assert.match(text, /ADD TOOL "hours"/);
  });

  scenario("sees what a model was told and did, and records a test of it", async (page) => {
    const call = { index: 0, id: "1", type: "function", function: { name: "opening-hours", arguments: '{"day":"Monday"}' } };
    const server = await model([
      { content: "It rains." },
      { content: "Welcome!" },
      { content: "", tool_calls: [call] },
      { content: "On Monday we are open 9 to 5." },
    ]);
    try {
      const name = fresh("model");
      await begin(page, "Empty", name);
      const settings = "name,value\n" +
        `llm-url,${server.url}\nllm-model,counted\nllm-price-input,2\nllm-price-output,10\n`;
      await put(page, name, `${name}.gbot/config.csv`, settings);
      await put(page, name, `${name}.gbdialog/opening-hours.bas`, TOOL);
      await put(page, name, `${name}.gbdialog/start.bas`, START);
      await page.reload();
      // The conversation from before goes on with its program, and says so.
      await page.locator("#changed").getByRole("button", { name: "Start again" }).click();
      await chat(page).locator(".message.bot", { hasText: "Good day. It rains." }).waitFor();
      await say(page, "Ada", "Ask me anything.");
      await chat(page).locator(".message.bot", { hasText: "Welcome!" }).waitFor();
      await say(page, "When are you open on Monday?", "On Monday we are open 9 to 5.");
      assert.equal(server.asked.length, 4);
      assert.equal(server.asked[2].tools[0].function.name, "opening-hours");

      await page.getByRole("tab", { name: "Time travel" }).click();
      const event = page.locator(".event");
      const slider = page.getByRole("slider", { name: "Place in the recording" });
      await slider.focus();
      await event.filter({ hasText: "What the model was told" }).waitFor();
      assert.match(await event.innerText(), /counted answers/);
      assert.match(await event.innerText(), /You help guests of a tea shop\./);
      assert.match(await event.innerText(), /When are you open on Monday\?/);
      assert.match(await event.innerText(), /9 to 5/);
      // 400 tokens at 2 and 20 at 10 for a million.
      assert.match(await event.innerText(), /400 tokens in, 20 out · 0\.001000/);
      await shot(page, "travel-model");
      const back = async (text) => {
        for (let step = 0; step < 12; step += 1) {
          await page.keyboard.press("ArrowLeft");
          await page.waitForTimeout(80);
          if ((await event.innerText()).includes(text)) return event.innerText();
        }
        throw new Error(`no step tells ${text}`);
      };
      assert.match(await back("calls opening-hours"), /300 tokens in/);
      await page.keyboard.press("ArrowRight");
      await event.filter({ hasText: /opening-hours.* begins/ }).waitFor();
      assert.match(await event.innerText(), /day = Monday/);
      assert.match(await back("Greet Ada in one word"), /units of fuel/);
      const variable = (of) => page.locator(".values tr", { hasText: of }).locator("td");
      await variable("mood").filter({ hasText: "It rains." }).waitFor();
      await variable("name").filter({ hasText: "Ada" }).waitFor();
      await shot(page, "travel-variables");

      await page.getByRole("button", { name: "Record the conversation as a test" }).click();
      await page.getByLabel("Name of the test").fill("weather");
      await page.keyboard.press("Enter");
      await line(page, "model It rains.").waitFor();
      await line(page, "model Welcome!").waitFor();
      await line(page, 'tool opening-hours {"day":"Monday"}').waitFor();
      await page.getByRole("tab", { name: /^Tests/ }).click();
      await page.keyboard.press("Alt+t");
      const row = page.locator("#test-list li", { hasText: "weather.chat" });
      await row.filter({ hasText: "passed" }).waitFor();
      await shot(page, "model-tests");
      assert.equal(server.asked.length, 4, "the tests ask no model");
    } finally {
      server.close();
    }
  });

  scenario("has a bot of their own in three minutes, with the keyboard alone", async (page) => {
    const began = Date.now();
    let strokes = 0;
    const press = async (key) => ((strokes += 1), page.keyboard.press(key));
    const type = async (text) => ((strokes += text.length), page.keyboard.type(text, { delay: 12 }));
    const name = fresh("mine");
    const focused = (test) => page.waitForFunction(test);

    // From the template: the list of bots is open, the first button is the new one.
    for (let step = 0; step < 8; step += 1) {
      await press("Tab");
      if (await page.evaluate(() => document.activeElement.textContent === "New bot")) break;
    }
    await press("Enter");
    await focused(() => document.activeElement.type === "radio");
    await shot(page, "three-1-template");
    await press("ArrowDown");
    await press("Tab");
    await press("Tab");
    await press("Control+a");
    await type(name);
    await press("Enter");
    await page.waitForURL(`**/studio/${name}`);
    await page.getByRole("button", { name: "Begin" }).waitFor();
    await shot(page, "three-2-tour");
    await press("Escape");
    await chat(page).locator(".message.bot").first().waitFor();

    // A greeting of one's own, and a question with an answer, with completion.
    await press("Alt+e");
    await press("Control+Home");
    const greeting = /^TALK "/;
    const text = async () => page.locator(".cm-activeLine").first().innerText();
    for (let step = 0; step < 12 && !greeting.test(await text()); step += 1) await press("ArrowDown");
    assert.match(await text(), greeting, "a greeting stands near the top");
    await press("End");
    await press("Shift+Home");
    await type('TALK "Hello from my own bot!"');
    await press("Enter");
    await type("HEA");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "HEAR" }).first().waitFor();
    await shot(page, "three-3-completion");
    await press("Escape");
    await type('R town WITH "Where do you live?"');
    await press("Enter");
    await type('TALK "How nice, ${town}!"');
    await press("Escape");
    await page.locator("#problem-note", { hasText: "No problems." }).waitFor();
    await saved(page);

    // Tried, recorded, deployed.
    await page.locator("#changed").getByRole("button", { name: "Start again" }).waitFor();
    await press("Alt+r");
    await chat(page).locator(".message.bot", { hasText: "Where do you live?" }).waitFor();
    await press("Alt+c");
    await type("Lisbon");
    await press("Enter");
    await chat(page).locator(".message.bot", { hasText: "How nice, Lisbon!" }).waitFor();
    await shot(page, "three-4-chat");
    await press("Control+k");
    await type("record");
    await press("Enter");
    await page.getByLabel("Name of the test").waitFor();
    await type("town");
    await press("Enter");
    await line(page, "> Lisbon").waitFor();
    await shot(page, "three-5-recorded");
    await press("Alt+t");
    await page.locator("#test-list li", { hasText: "town.chat" }).filter({ hasText: "passed" }).waitFor();
    await press("Alt+d");
    await page.getByRole("button", { name: /^Deploy (this|all)/ }).waitFor();
    await shot(page, "three-6-plan");
    await press("Enter");
    await page.getByText("is in service in its new version").waitFor();
    await shot(page, "three-7-deployed");

    // The link to the bot has the focus: Enter goes there.
    const [live] = await Promise.all([page.context().waitForEvent("page"), press("Enter")]);
    const seconds = (Date.now() - began) / 1000;
    await live.locator(".message.bot", { hasText: "Where do you live?" }).waitFor();
    strokes += "Porto".length + 1;
    await live.keyboard.type("Porto");
    await live.keyboard.press("Enter");
    await live.locator(".message.bot", { hasText: "How nice, Porto!" }).waitFor();
    if (process.env.SHOTS) await live.screenshot({ path: `${process.env.SHOTS}/studio-three-8-live.png` });
    console.log(`a bot in service: ${strokes} keys, ${seconds.toFixed(0)} s without thinking`);
    assert.ok(seconds < 180, `${seconds} seconds`);
    assert.ok(strokes < 300, `${strokes} keys`);
  });
});
