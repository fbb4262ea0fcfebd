/**
 * The chat page of one bot: puts connection, log, composer and theme together.
 *
 * Reading order: protocol.js (the log and how it gets here), view.js and message.js (how it looks),
 * composer.js and attachments.js (what the person does), then this file.
 */

import { Composer } from "./composer.js";
import { Connection } from "./protocol.js";
import { Scroller } from "./scroll.js";
import { onOtherTab } from "./storage.js";
import { t, translate } from "./strings.js";
import { dress, modeButton } from "./theme.js";
import { make } from "./message.js";
import { View } from "./view.js";

const byId = (id) => document.getElementById(id);
/** The page of a bot is `/BOT`; that of its draft, inside the studio, `/studio/BOT/chat`. */
const path = location.pathname.split("/");
const draft = path[1] === "studio" && path[3] === "chat";
const bot = decodeURIComponent(path[draft ? 2 : 1] ?? "");

class Chat {
  constructor() {
    this.connection = new Connection(bot, draft);
    this.view = new View(this.connection);
    this.scroller = new Scroller();
    this.composer = new Composer(this.connection, {
      said: (message) => this.say(message),
      history: () => this.view.history,
    });
    this.forget();
    this.listen();
  }

  /** The state of the dialog that is not in the log itself. */
  forget() {
    this.suggestions = [];
    this.wait = null;
    this.liveFrom = Infinity;
    byId("typing").hidden = true;
  }

  listen() {
    const { connection } = this;
    const on = (type, handler) =>
      connection.addEventListener(type, (event) => handler(event.detail));
    on("state", (state) => this.state(state));
    on("welcome", (frame) => this.welcome(frame));
    on("item", (item) => this.item(item));
    on("part", (part) => this.part(part));
    on("typing", ({ on: working }) => this.typing(working));
    on("ack", (ack) => this.view.acknowledged(ack));
    on("outbox", (message) => this.view.pending(message));
    on("discarded", ({ id }) => this.view.discarded(id));
    on("error", (error) => this.banner(error));
    on("lost", () => this.lost());
    on("absent", () => absent());
    onOtherTab(this.connection.keptAs, {
      outbox: () => this.view.sync(connection.outbox.list()),
      conversation: (known) => this.follow(known),
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  start() {
    this.view.sync(this.connection.outbox.list());
    this.connection.start();
    this.takeFocus();
  }

  say(message) {
    this.scroller.toEnd();
    this.connection.say(message);
    if (message.tool || this.wait) this.answered();
  }

  /** The buttons of a question go away with the answer, those that always stand there stay. */
  answered() {
    this.wait = null;
    this.offer();
  }

  welcome(frame) {
    this.view.name = frame.bot?.title || frame.bot?.name || bot;
    this.liveFrom = this.liveFrom === Infinity && frame.seq > 0 ? frame.seq : 0;
    this.view.forgetStreams();
    if (frame.bot) wear(frame.bot);
  }

  item(item) {
    if (item.by === "person") this.wait = null;
    if (item.kind === "suggestions") this.suggestions = item.options ?? [];
    if (item.kind === "wait") this.wait = item;
    if (item.kind === "end") this.wait = null;
    if (item.kind !== "wait" && item.by === "bot") byId("typing").hidden = true;
    this.view.item(item, item.seq > this.liveFrom);
    this.scroller.arrived();
    this.offer();
  }

  part(part) {
    byId("typing").hidden = true;
    this.view.part(part);
    this.scroller.arrived();
  }

  typing(working) {
    byId("typing").hidden = !working;
  }

  /** Shows the choices of the open question, otherwise the suggestions. */
  offer() {
    if (this.offering) return;
    this.offering = requestAnimationFrame(() => {
      this.offering = 0;
      const choices = this.wait?.options ?? [];
      this.composer.offer(choices.length ? choices : this.suggestions, choices.length > 0);
      this.composer.expect(this.wait?.expects);
    });
  }

  state(state) {
    const online = state === "online";
    document.body.dataset.online = online ? "yes" : "no";
    byId("status").textContent = t(state === "waiting" ? "offline" : state);
    if (online) byId("banner").replaceChildren();
    else if (state === "waiting") this.offline();
    if (!online) this.typing(false);
  }

  /** A short break is not worth a word; the banner comes with the second failed attempt. */
  offline() {
    if (navigator.onLine && this.connection.attempts < 2) return;
    const retry = make("button", "", t("retry_now"));
    retry.type = "button";
    retry.addEventListener("click", () => this.connection.retryNow());
    const words = navigator.onLine ? "server_gone" : "offline_banner";
    const text = make("span", "", t(words));
    if (byId("banner").textContent.startsWith(text.textContent)) return;
    byId("banner").className = "banner";
    byId("banner").replaceChildren(text, ...(navigator.onLine ? [retry] : []));
  }

  banner({ message, trace }) {
    const close = make("button", "", t("close"));
    close.type = "button";
    close.addEventListener("click", () => byId("banner").replaceChildren());
    const text = make("span", "", message || t("failure"));
    if (trace) text.append(` ${t("trace")} `, make("code", "", trace));
    byId("banner").className = "banner bad";
    byId("banner").replaceChildren(text, close);
  }

  lost() {
    this.renew();
    this.view.notice(t("gone_notice"));
    this.view.sync(this.connection.outbox.list());
  }

  renew() {
    this.view.clear();
    this.forget();
    this.offer();
  }

  anew() {
    this.renew();
    this.connection.anew();
    this.takeFocus();
  }

  /** Inside the studio the writing goes on while the chat begins anew: there it keeps the focus. */
  takeFocus() {
    if (!draft) this.composer.focus();
  }

  /** Another tab has begun a new conversation: this one goes along, so that both show the same. */
  follow(known) {
    if (!known || known.conversation === this.connection.conversation) return;
    this.renew();
    this.connection.restart();
    this.view.sync(this.connection.outbox.list());
  }

  /** Typing anywhere goes to the field; Escape leads back to it and to the end of the log. */
  key(event) {
    if (event.key !== "Escape" || byId("confirm").open) return;
    this.scroller.toEnd();
    this.composer.field.focus();
  }
}

let worn = false;

/** Dresses the page as its bot, once. */
function wear(description) {
  if (worn) return;
  worn = true;
  dress(description);
}

/** There is no such bot: says so and leads back to the others. */
function absent() {
  document.title = t("unknown_bot");
  byId("absent-title").textContent = t("unknown_bot");
  byId("absent-text").textContent = t("unknown_bot_text", bot);
  byId("absent").hidden = false;
  for (const part of document.querySelectorAll(".bar, main, footer, .skip")) part.hidden = true;
}

/** The server tells early how the bot looks, and whether it exists at all. */
async function lookUp() {
  try {
    const faces = draft ? "/api/studio/faces" : "/api/bots";
    const answer = await fetch(`${faces}/${encodeURIComponent(bot)}`);
    if (answer.status === 404) return false;
    if (answer.ok) wear(await answer.json());
  } catch {
    // Without a connection the page still shows what waits to be sent.
  }
  return true;
}

function askAnew(chat) {
  const dialog = byId("confirm");
  byId("anew").addEventListener("click", () => {
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") chat.anew();
  });
}

/** Inside the studio: tells which conversation this is, and does what the studio asks for. */
function inStudio(chat) {
  const tell = (data) => window.parent.postMessage(data, location.origin);
  chat.connection.addEventListener("welcome", ({ detail }) =>
    tell({ type: "conversation", id: detail.conversation }));
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || origin !== location.origin) return;
    if (data?.type === "anew") chat.anew();
    if (data?.type === "focus") chat.composer.field.focus();
  });
  // A frame that was hidden could not measure its field.
  new ResizeObserver(() => chat.composer.refresh()).observe(document.documentElement);
}

translate();
modeButton(byId("mode"));
document.body.classList.toggle("draft", draft);
if (await lookUp()) {
  const chat = new Chat();
  askAnew(chat);
  if (draft) inStudio(chat);
  chat.start();
} else {
  absent();
}
