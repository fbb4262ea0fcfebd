/** The start page: the bots of this server as cards. */

import { t, translate } from "./strings.js";
import { colour, face, inkOn, modeButton } from "./theme.js";

const list = document.getElementById("bots");
const note = document.getElementById("note");
const retry = document.getElementById("retry");
const search = document.getElementById("search");

function element(name, content, className = "") {
  const made = document.createElement(name);
  made.textContent = content;
  made.className = className;
  return made;
}

function card(bot) {
  const link = element("a", "", "card");
  link.href = `/${encodeURIComponent(bot.name)}`;
  const logo = element("span", "", "face letter");
  logo.setAttribute("aria-hidden", "true");
  if (colour(bot.color)) {
    link.style.setProperty("--card-color", bot.color);
    link.style.setProperty("--card-ink", inkOn(bot.color));
  }
  face(bot, logo);
  const about = document.createElement("div");
  about.append(element("h2", bot.title || bot.name), element("p", bot.description ?? ""));
  link.append(logo, about);
  const item = document.createElement("li");
  item.dataset.words = fold([bot.name, bot.title, bot.description].join(" "));
  item.append(link);
  return item;
}

/** Text without case and accents, for searching. */
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function filter() {
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of list.children) {
    item.hidden = !words.every((word) => item.dataset.words.includes(word));
    shown += item.hidden ? 0 : 1;
  }
  note.textContent = shown || !words.length ? "" : t("none_found", search.value.trim());
}

async function load() {
  retry.hidden = true;
  note.textContent = "";
  try {
    const answer = await fetch("/api/bots", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    show((await answer.json()).bots);
  } catch {
    note.textContent = t("list_failed");
    retry.hidden = false;
  }
}

function show(bots) {
  list.replaceChildren(...bots.map(card));
  document.getElementById("search-box").hidden = bots.length < 2;
  if (!bots.length) note.textContent = t("no_bots");
}

translate();
modeButton(document.getElementById("mode"));
retry.addEventListener("click", load);
search.addEventListener("input", filter);
search.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  search.value = "";
  filter();
});
load();
