/** The field in which the person writes, and the buttons with answers above it. */

import { Attachments } from "./attachments.js";
import { make } from "./message.js";
import { t } from "./strings.js";

const hints = {
  email: ["expects_email", "email"],
  integer: ["expects_number", "numeric"],
  number: ["expects_number", "decimal"],
  float: ["expects_number", "decimal"],
  money: ["expects_number", "decimal"],
  date: ["expects_date", "text"],
  mobile: ["message", "tel"],
  phone: ["message", "tel"],
  url: ["message", "url"],
  file: ["expects_file", "text"],
  image: ["expects_file", "text"],
  audio: ["expects_file", "text"],
  video: ["expects_file", "text"],
  document: ["expects_file", "text"],
  menu: ["expects_menu", "text"],
};

export class Composer {
  constructor(connection, { said, history }) {
    Object.assign(this, { connection, said, history });
    this.field = document.getElementById("text");
    this.button = document.getElementById("send");
    this.hint = document.getElementById("hint");
    this.options = document.getElementById("options");
    this.recalled = 0;
    this.attachments = new Attachments(connection, {
      changed: () => this.refresh(),
      complain: (text) => (this.hint.textContent = text),
    });
    this.listen();
    this.refresh();
  }

  listen() {
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    document.getElementById("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  typed() {
    this.recalled = 0;
    this.hint.textContent = "";
    this.connection.typing();
    this.refresh();
  }

  /** Fits the field's height to its text, and the button to whether there is something to send. */
  refresh() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    const something = this.field.value.trim() || this.attachments?.list.length;
    this.button.disabled = !something || this.attachments.busy;
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp") this.recall(event, 1);
    else if (event.key === "ArrowDown") this.recall(event, -1);
    else if (event.key === "Escape" && this.recalled) this.write("", 0);
  }

  /** The arrows walk through what was said before, but only from an empty or a recalled field. */
  recall(event, step) {
    const said = this.history().filter(Boolean);
    const next = this.recalled + step;
    const free = this.field.value === "" || this.recalled > 0;
    if (!free || next < 0 || next > said.length || event.shiftKey) return;
    event.preventDefault();
    this.write(next ? said.at(-next) : "", next);
  }

  write(text, recalled) {
    this.field.value = text;
    this.recalled = recalled;
    this.field.setSelectionRange(text.length, text.length);
    this.refresh();
  }

  send() {
    const text = this.field.value.trim();
    if (this.button.disabled) return;
    if (new TextEncoder().encode(text).length > this.connection.limits.text_bytes) {
      this.hint.textContent = t("text_too_large");
      return;
    }
    const files = this.attachments.take();
    if (!text && !files.length) return;
    this.hint.textContent = "";
    this.write("", 0);
    this.said({ text, files });
  }

  /** What the bot waits for: it changes the keyboard of a phone and the words in the field. */
  expect(kind) {
    const [words, mode] = hints[kind] ?? ["message", "text"];
    this.field.placeholder = t(words);
    this.field.inputMode = mode;
  }

  /** The buttons to show now. */
  offer(options, menu) {
    const focused = this.options.contains(document.activeElement);
    this.options.replaceChildren(...options.map((option) => this.choice(option)));
    this.options.classList.toggle("menu", menu);
    this.options.hidden = !options.length;
    if (focused) this.focus();
  }

  choice(option) {
    const button = make("button", "", option.text);
    button.dir = "auto";
    button.type = "button";
    button.addEventListener("click", () => {
      this.said({ text: option.say || option.text, tool: option.tool ?? null });
      this.focus();
    });
    return button;
  }

  /** On a touch screen the focus would open the keyboard over the answer. */
  focus() {
    if (matchMedia("(hover: hover)").matches) this.field.focus({ preventScroll: true });
  }
}
