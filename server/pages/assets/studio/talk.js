/** The chat with the draft: the chat page itself, in a frame, on what was saved last. */

import { listen } from "./commands.js";
import { ask, button, byId, settled, toast } from "./dom.js";
import { memory } from "./layout.js";
import { t } from "./words.js";

export class Talk {
  constructor(documents) {
    this.documents = documents;
    this.bot = documents.bot;
    this.frame = byId("chat");
    this.version = null;
    this.conversation = null;
    this.later = settled(250, () => this.build());
    documents.addEventListener("saved", () => this.later());
    byId("anew").addEventListener("click", () => this.anew());
    byId("record").addEventListener("click", () => this.record());
    byId("follow").checked = memory.get("follow") ?? false;
    byId("follow").addEventListener("change", (event) =>
      memory.set("follow", event.target.checked),
    );
    window.addEventListener("message", (event) => this.heard(event));
    // The studio's keys work in the chat too, at once: the next key belongs to what they opened.
    this.frame.addEventListener("load", () => listen(this.frame.contentWindow));
  }

  /** Compiles the draft; the first version without errors opens the chat. */
  async build() {
    const built = await this.bot.build().catch((error) => ({ errors: [], failure: error.message }));
    this.errors = built.errors;
    if (built.failure) toast(built.failure, true);
    const before = this.version;
    this.version = built.version ?? before;
    if (!built.version) this.note(built.errors.length ? t("errors_wait") : "");
    else if (!before) this.open();
    else if (built.version === this.begun) this.note("");
    else if (byId("follow").checked) this.anew();
    else this.changed();
    return built;
  }

  open() {
    this.begun = this.version;
    this.note("");
    this.frame.src = `/studio/${encodeURIComponent(this.bot.name)}/chat`;
  }

  note(text, ...more) {
    byId("changed").replaceChildren(text, ...more);
  }

  /** The frame tells which conversation it shows. */
  heard({ source, origin, data }) {
    if (source !== this.frame.contentWindow || origin !== location.origin) return;
    if (data?.type === "conversation") this.shows(data.id);
  }

  /** A conversation that went on after the page was loaded anew may run an older program. */
  async shows(id) {
    this.conversation = id;
    const asked = this.version;
    const { conversations } = await this.bot.conversations("draft").catch(() => ({}));
    const version = conversations?.find((one) => one.id === id)?.version;
    if (!version || id !== this.conversation || asked !== this.version) return;
    this.begun = version;
    if (version !== this.version) this.changed();
  }

  changed() {
    const again = button(t("start_again"), () => this.anew(), "button tiny");
    this.note(t("changed_again"), again);
  }

  /** Begins a new conversation on the newest program. */
  async anew() {
    if (!this.version) return;
    this.begun = this.version;
    this.note("");
    this.frame.contentWindow?.postMessage({ type: "anew" }, location.origin);
  }

  focus() {
    this.frame.focus();
    // At once, so that no key is lost that follows the one that led here.
    this.frame.contentDocument?.getElementById("text")?.focus();
    this.frame.contentWindow?.postMessage({ type: "focus" }, location.origin);
  }

  /** Writes the conversation down as a test. */
  async record() {
    if (!this.conversation) return toast(t("nothing_said"), true);
    return ask({
      title: t("record"),
      text: t("record_text"),
      label: t("record_name"),
      value: `talk-${this.documents.files.filter(({ path }) => path.endsWith(".chat")).length + 1}`,
      yes: t("save"),
      send: async (name) => {
        const { path, text } = await this.bot.record(this.conversation, name);
        await this.documents.create(path, text);
        await this.documents.show(path);
        toast(t("recorded", path));
      },
    });
  }
}
