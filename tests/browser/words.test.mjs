/** The studio's words: the same in every language, and all that its pages ask for. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const pages = join(dirname(fileURLToPath(import.meta.url)), "../../server/pages");
const studio = join(pages, "assets/studio");

/** A table of words, read as the page reads it. */
async function table(language) {
  const text = readFileSync(join(studio, `words/${language}.js`), "utf8");
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).default;
}

const languages = readdirSync(join(studio, "words")).map((name) => name.replace(".js", ""));
const places = (text) => [...text.matchAll(/\{\d\}/g)].map(([mark]) => mark).sort();

test("no word is missing in any language, and each has the same places", async () => {
  assert.deepEqual(languages.sort(), ["en", "es", "pt"]);
  const english = await table("en");
  for (const language of languages) {
    const words = await table(language);
    assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort(), language);
    for (const [name, text] of Object.entries(words)) {
      assert.ok(text.trim(), `${language}: ${name} says nothing`);
      assert.deepEqual(places(text), places(english[name]), `${language}: ${name}`);
    }
  }
});

test("every word that the pages ask for is there, and no other", async () => {
  const scripts = readdirSync(studio).filter((name) => name.endsWith(".js"));
  const sources = scripts.map((name) => readFileSync(join(studio, name), "utf8"));
  const html = readFileSync(join(pages, "studio.html"), "utf8");
  const all = sources.join("\n");
  const asked = new Set([...all.matchAll(/\bt\(\s*"(\w+)"/g)].map(([, name]) => name));
  for (const [, name] of html.matchAll(/data-t(?:-\w+)?="(\w+)"/g)) asked.add(name);
  for (const [, name] of all.matchAll(/\bcommand\(\s*"([\w-]+)"/g)) {
    asked.add(`command_${name.replaceAll("-", "_")}`);
  }
  const english = Object.keys(await table("en"));
  assert.deepEqual([...asked].filter((name) => !english.includes(name)), []);
  // Words that are put together (`plan_${kind}`) stand in quotes, or begin so.
  const begun = [...all.matchAll(/t\(`(\w+_)\$\{/g)].map(([, start]) => start);
  const named = (name) => asked.has(name) || all.includes(`"${name}"`) ||
    new RegExp(`\\b${name}: \\[`).test(all) || begun.some((start) => name.startsWith(start));
  assert.deepEqual(english.filter((name) => !named(name)), []);
});
