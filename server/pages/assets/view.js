/**
 * The log on the page. Items stand in the order of their numbers, messages that are not stored yet
 * after them; a message keeps its element when it becomes an item, so nothing jumps.
 */

import { inside, make, partial, refusal, shown, spoken } from "./message.js";
import { language, t } from "./strings.js";

const TOGETHER = 5 * 60_000;
const DAY = 86_400_000;
const dates = new Intl.DateTimeFormat(language, {
  weekday: "long", day: "numeric", month: "long", year: "numeric",
});

function dayName(at) {
  const day = new Date(at).toDateString();
  if (day === new Date().toDateString()) return t("today");
  if (day === new Date(Date.now() - DAY).toDateString()) return t("yesterday");
  return dates.format(at);
}

export class View {
  constructor(connection) {
    this.connection = connection;
    this.log = document.getElementById("log");
    this.aloud = document.getElementById("spoken");
    this.name = "";
    this.clear();
  }

  clear() {
    this.log.replaceChildren();
    this.items = new Map();
    this.waiting = new Map();
    this.acked = new Map();
    this.streams = new Map();
    this.history = [];
  }

  /** Shows an item. `live` tells whether it is news (and read aloud) or history. */
  item(item, live) {
    const stream = this.streams.get(item.seq);
    this.streams.delete(item.seq);
    if (item.by === "person") this.history.push(item.text);
    if (!shown(item)) return stream?.element.remove();
    const own = this.waiting.get(item.id);
    this.waiting.delete(item.id);
    const element = stream?.element ?? own ?? make("li");
    this.fill(element, item, item.by);
    if (live && !stream && !own) element.classList.add("fresh");
    element.dataset.seq = item.seq;
    this.items.set(item.seq, element);
    this.place(element, item.seq);
    if (live && item.by === "bot") this.speak(item);
    this.arrange();
  }

  fill(element, item, by) {
    element.className = `message ${by}`;
    element.dataset.at = item.at;
    element.dataset.by = by;
    element.replaceChildren(...inside(item, this.connection, this.name));
  }

  /** Puts an element before the first one with a higher number (usually that is at the end). */
  place(element, seq) {
    let next = this.log.lastElementChild;
    let before = null;
    for (; next; next = next.previousElementSibling) {
      if (next === element || next.matches(".day")) continue;
      if (next.dataset.seq && Number(next.dataset.seq) < seq) break;
      before = next;
    }
    if (element.parentNode !== this.log || element.nextElementSibling !== before) {
      this.log.insertBefore(element, before);
    }
  }

  /** A message of the person that is not in the log yet. */
  pending(message) {
    const element = this.waiting.get(message.id) ?? make("li");
    const state = message.refused ? "refused" : "queued";
    this.waiting.set(message.id, element);
    const files = message.files.map((file) => ({ mime: "", ...file }));
    this.fill(element, { ...message, files, by: "person", kind: "text", state }, "person");
    element.classList.add(state);
    if (message.refused) element.append(this.refusal(message));
    if (!element.parentNode) this.log.append(element);
    this.arrange();
  }

  refusal(message) {
    return refusal(
      message.refused,
      () => this.connection.retrySay(message.id),
      () => this.connection.discard(message.id),
    );
  }

  /** The server has stored it; the item itself may still be on its way. */
  acknowledged({ id, seq }) {
    const element = this.waiting.get(id);
    if (!element || this.items.has(seq)) return;
    element.dataset.seq = seq;
    element.classList.remove("queued", "refused");
    element.querySelector(".refusal")?.remove();
    const use = element.querySelector(".meta use");
    use?.setAttribute("href", "#icon-tick");
    use?.parentNode.setAttribute("data-state", "stored");
    const state = element.querySelector(".meta .unseen");
    if (state) state.textContent = t("stored");
    this.arrange();
  }

  discarded(id) {
    this.waiting.get(id)?.remove();
    this.waiting.delete(id);
    this.arrange();
  }

  /** Brings the messages that wait in line with the outbox, which another tab may have changed. */
  sync(messages) {
    const ids = new Set(messages.map((message) => message.id));
    for (const [id, element] of this.waiting) {
      if (!ids.has(id) && !element.dataset.seq) this.discarded(id);
    }
    for (const message of messages) this.pending(message);
  }

  /** The next piece of a text; pieces come in order and from 0 again after a reconnect. */
  part({ seq, index, text }) {
    if (this.items.has(seq)) return;
    const stream = this.streams.get(seq) ?? { element: make("li", "message bot fresh"), parts: [] };
    if (index === 0) stream.parts = [];
    stream.parts[index] = text;
    this.streams.set(seq, stream);
    if (stream.frame) return;
    stream.frame = requestAnimationFrame(() => this.drawStream(seq, stream));
  }

  drawStream(seq, stream) {
    stream.frame = 0;
    if (this.streams.get(seq) !== stream) return;
    const { element } = stream;
    element.replaceChildren(partial(stream.parts.join("")));
    if (element.parentNode) return;
    Object.assign(element.dataset, { seq, at: Date.now(), by: "bot" });
    this.place(element, seq);
    this.arrange();
  }

  /** After a lost connection unfinished texts are sent again. */
  forgetStreams() {
    for (const { element } of this.streams.values()) element.remove();
    this.streams.clear();
  }

  speak(item) {
    this.aloud.append(make("p", "", spoken(item, this.name)));
    while (this.aloud.childElementCount > 20) this.aloud.firstElementChild.remove();
  }

  /** A line of the page itself, such as that the conversation is a new one. */
  notice(text) {
    this.log.append(make("li", "day notice", text));
  }

  /** Days and groups are worked out once per frame, however many items came. */
  arrange() {
    if (this.arranging) return;
    this.arranging = requestAnimationFrame(() => {
      this.arranging = 0;
      for (const day of this.log.querySelectorAll(".day:not(.notice)")) day.remove();
      const messages = [...this.log.querySelectorAll(".message")];
      messages.forEach((message, index) => this.group(messages[index - 1], message));
      messages.at(-1)?.classList.add("closes");
    });
  }

  group(previous, message) {
    const at = Number(message.dataset.at);
    const before = Number(previous?.dataset.at ?? 0);
    const sameDay = new Date(at).toDateString() === new Date(before).toDateString();
    const sameVoice = previous?.dataset.by === message.dataset.by;
    const opens = !sameDay || !sameVoice || at - before > TOGETHER;
    message.classList.toggle("opens", opens);
    previous?.classList.toggle("closes", opens);
    if (!sameDay) message.before(make("li", "day", dayName(at)));
  }
}
