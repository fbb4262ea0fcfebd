/** Signing in, the list of bots, and beginning a new one. */

import { bots, create, session, template, templates } from "./api.js";
import { button, byId, formDialog, icon, make } from "./dom.js";
import { t } from "./words.js";

/** Shows the form until somebody has signed in. */
export function signIn(sheet) {
  const token = make("input", "field");
  token.type = "password";
  token.name = "token";
  token.autocomplete = "current-password";
  token.required = true;
  const wrong = make("p", "wrong");
  wrong.setAttribute("role", "alert");
  const go = make("button", "button", t("sign_in"));
  go.type = "submit";
  // Browsers that keep passwords want a name beside it.
  const name = make("input", "unseen");
  Object.assign(name, {
    type: "text",
    value: "administrator",
    autocomplete: "username",
    tabIndex: -1,
  });
  name.setAttribute("aria-hidden", "true");
  const form = make(
    "form",
    "card-form",
    logo(),
    make("h1", "", t("sign_in_title")),
    make("p", "muted", t("sign_in_text")),
    name,
    make("label", "labelled", t("token"), token),
    wrong,
    go,
  );
  sheet.replaceChildren(form);
  sheet.hidden = false;
  document.title = t("sign_in_title");
  token.focus();
  return new Promise((done) =>
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      try {
        await session.open(token.value);
        done();
      } catch (error) {
        const known = { wrong_token: "wrong_token", too_many: "try_later" }[error.code];
        wrong.textContent = known ? t(known) : error.message;
        go.disabled = false;
        token.select();
      }
    }),
  );
}

function logo() {
  const image = make("img", "logo");
  Object.assign(image, { src: "/assets/mark.svg", alt: "", width: 44, height: 44 });
  return image;
}

/** Shows all bots. */
export async function home(sheet) {
  document.title = t("studio");
  const list = make("ul", "cards");
  const anew = button(t("new_bot"), () => begin(), "button");
  const out = button(t("sign_out"), async () => {
    await session.close();
    location.reload();
  });
  const head = make("header", "home-head", logo(), make("h1", "", t("home_title")), anew, out);
  sheet.replaceChildren(head, list);
  sheet.hidden = false;
  const all = await bots();
  list.replaceChildren(...all.map(card));
  if (!all.length) list.replaceWith(make("p", "muted", t("no_bots")));
}

function card({ name, title, description, color, version, draft }) {
  const link = make("a", "card");
  link.href = `/studio/${encodeURIComponent(name)}`;
  const letter = make("span", "letter", [...(title ?? name)][0]?.toUpperCase() ?? "");
  letter.setAttribute("aria-hidden", "true");
  if (color && CSS.supports("color", color)) letter.style.setProperty("--card", color);
  const state = !version ? "draft_only" : draft ? "live_draft" : "live";
  const words = make(
    "span",
    "words",
    make("strong", "", title ?? name),
    make("span", "muted", description ?? ""),
    make("small", `pill ${version ? "on" : ""}`, t(state)),
  );
  link.append(letter, words);
  return make("li", "", link);
}

/** A new bot: what it does, what it is called. */
async function begin() {
  const all = await templates();
  const choices = make("fieldset", "templates", make("legend", "", t("choose_template")));
  const preview = make("pre", "preview");
  preview.tabIndex = 0;
  preview.setAttribute("aria-label", t("preview"));
  all.forEach((one, index) => choices.append(choice(one, index === 0, preview)));
  const field = make("input", "field");
  Object.assign(field, { value: "my-bot", autocomplete: "off", spellcheck: false, required: true });
  const hint = make("small", "muted", t("name_hint"));
  hint.id = "name-hint";
  field.setAttribute("aria-describedby", hint.id);
  const named = make("label", "labelled", t("choose_name"), field);
  const asked = formDialog({
    title: t("new_bot"),
    content: [make("div", "two", choices, preview), named, hint],
    field,
    yes: t("create"),
    className: "begin",
    send: async (name, form) => {
      const made = await create(name, new FormData(form).get("template"));
      location.href = `/studio/${encodeURIComponent(made.name)}`;
    },
  });
  look(all[0].name, preview);
  choices.querySelector("input").focus();
  return asked;
}

function choice({ name, title, about }, chosen, preview) {
  const radio = make("input");
  Object.assign(radio, { type: "radio", name: "template", value: name, checked: chosen });
  radio.addEventListener("change", () => look(name, preview));
  return make(
    "label",
    "template",
    radio,
    make("span", "words", make("strong", "", title), make("span", "muted", about)),
  );
}

async function look(name, preview) {
  const { files } = await template(name);
  const first = files.find(({ path }) => path.endsWith("/start.bas")) ?? files[0];
  preview.textContent = first.text;
  preview.scrollTop = 0;
}

/** The card of the first visit: four sentences, gone for good with one key. */
export function tour(keys) {
  const item = (name, text) => make("li", "", icon(name), make("span", "", text));
  const card = make(
    "section",
    "tour",
    make("h2", "", t("tour_title")),
    make(
      "ol",
      "",
      item("pen", t("tour_write", keys.fix)),
      item("chat", t("tour_talk")),
      item("record", t("tour_test")),
      item("deploy", t("tour_deploy")),
    ),
  );
  card.setAttribute("aria-label", t("tour_title"));
  const escape = (event) => event.key === "Escape" && close.click();
  const close = button(
    t("tour_close"),
    () => {
      card.remove();
      window.removeEventListener("keydown", escape);
      keys.closed();
    },
    "button small",
  );
  card.append(close);
  // Escape closes the card wherever the cursor is: it lies over what is written.
  window.addEventListener("keydown", escape);
  byId("middle").append(card);
}
