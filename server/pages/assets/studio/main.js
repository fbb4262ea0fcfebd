/**
 * The studio's page: signing in, then all bots, or one of them.
 *
 * Reading order: api.js (what the server is asked), documents.js (files, saved by themselves),
 * editor.js and language.js (writing), ide.js (the panes put together), home.js.
 */

import { Bot, session } from "./api.js";
import { byId, button, make } from "./dom.js";
import { home, signIn } from "./home.js";
import { t, translate } from "./words.js";

const name = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const sheet = byId("main");
translate();

async function open() {
  const about = await new Bot(name).open();
  sheet.hidden = true;
  sheet.replaceChildren();
  document.querySelector(".skip").href = "#room";
  // The editor is large: only who opens a bot loads it.
  const { Ide } = await import("./ide.js");
  await new Ide(name, about).start();
}

function failed(error) {
  const back = make("a", "button", t("all_bots"));
  back.href = "/studio";
  sheet.replaceChildren(
    make(
      "div",
      "card-form",
      make("h1", "", t("studio")),
      make("p", "", error.message),
      back,
      button(t("close"), () => history.back()),
    ),
  );
  sheet.hidden = false;
}

try {
  if (!(await session.isOpen())) await signIn(sheet);
  await (name ? open() : home(sheet));
} catch (error) {
  failed(error);
}
