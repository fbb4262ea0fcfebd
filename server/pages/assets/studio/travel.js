/** Time travel: what a recorded conversation did, step by step, with the variables at each. */

import { button, byId, make, nameOf, roving, settled, toast, tool } from "./dom.js";
import { language } from "../strings.js";
import { reveal } from "./editor.js";
import { t } from "./words.js";

const moment = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });

export class Travel {
  constructor(bot, documents, talk) {
    Object.assign(this, { bot, documents, talk });
    this.pane = byId("pane-travel");
    this.of = "draft";
    this.steps = [];
    this.look = settled(60, () => this.variables());
    this.build();
  }

  build() {
    this.list = make("ul", "lines");
    this.slider = Object.assign(make("input"), { type: "range", min: 0, value: 0 });
    this.slider.setAttribute("aria-label", t("travel_at"));
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.where = make("small", "muted");
    const way = make(
      "div",
      "way",
      tool("down", t("travel_back"), () => this.go(this.at - 1)),
      this.slider,
      tool("down", t("travel_forward"), () => this.go(this.at + 1)),
      this.where,
    );
    way.firstChild.style.rotate = "90deg";
    way.children[2].style.rotate = "-90deg";
    this.event = make("div", "event");
    this.values = make("div", "values");
    for (const part of [this.event, this.values]) part.tabIndex = 0;
    this.scene = make("div", "scene", way, make("div", "moment", this.event, this.values));
    this.scene.hidden = true;
    const choose = (of) => {
      const choice = button(
        t(`travel_${of}`),
        () => {
          this.of = of;
          this.id = null;
          this.steps = [];
          this.scene.hidden = true;
          this.shown();
        },
        "button quiet tiny",
      );
      choice.dataset.of = of;
      return choice;
    };
    this.choices = make("div", "of", choose("draft"), choose("live"));
    this.note = make("p", "note");
    const talks = make("div", "talks", this.choices, this.note, this.list);
    this.pane.replaceChildren(talks, this.scene);
    roving(this.list, ".line");
  }

  /** Reads the list anew. */
  async shown() {
    for (const choice of this.choices.children) {
      choice.setAttribute("aria-pressed", String(choice.dataset.of === this.of));
    }
    const { of } = this;
    const { conversations } = await this.bot.conversations(of).catch(() => ({ conversations: [] }));
    if (of !== this.of) return;
    this.note.textContent = conversations.length ? "" : t("travel_none");
    this.list.replaceChildren(...conversations.map((one) => this.row(one)));
    const own = conversations.find(({ id }) => id === this.talk.conversation);
    if (!this.id && own) this.open(own.id);
  }

  row({ id, at, text, turns, channel }) {
    const go = make(
      "button",
      "line",
      make("span", "what", text || channel),
      make("small", "", `${moment.format(at)} · ${t("travel_turn", turns)}`),
    );
    go.type = "button";
    go.dataset.id = id;
    go.setAttribute("aria-current", String(id === this.id));
    go.addEventListener("click", () => this.open(id));
    return make("li", "", go);
  }

  async open(id) {
    this.id = id;
    for (const line of this.list.querySelectorAll(".line")) {
      line.setAttribute("aria-current", String(line.dataset.id === id));
    }
    const { of } = this;
    const failed = (error) => (toast(error.message, true), { steps: [] });
    const { steps } = await this.bot.recording(of, id).catch(failed);
    if (of !== this.of || id !== this.id) return;
    this.steps = steps;
    this.slider.max = Math.max(0, steps.length - 1);
    this.scene.hidden = !steps.length;
    if (steps.length) this.go(steps.length - 1);
  }

  go(at) {
    if (!this.steps.length) return;
    this.at = Math.max(0, Math.min(this.steps.length - 1, at));
    const step = this.steps[this.at];
    this.slider.value = this.at;
    const place = t("travel_step", this.at + 1, this.steps.length);
    const words = `${t("travel_turn", step.turn)} · ${place}`;
    this.slider.setAttribute("aria-valuetext", `${words}: ${step.title}`);
    this.where.textContent = words;
    this.draw(step);
    this.look();
  }

  draw(step) {
    const parts = [make("h3", "", step.title)];
    if (step.line) {
      parts.push(
        button(t("travel_jump", step.line, nameOf(step.script)), () => this.jump(step), "link"),
      );
    }
    for (const text of step.args ?? []) parts.push(make("pre", "", text));
    if (step.answer != null)
      parts.push(make("h3", "", t("travel_answer")), make("pre", "", step.answer));
    if (step.prompt?.length) {
      parts.push(
        make("h3", "", t("travel_prompt")),
        ...step.prompt.map(({ role, text }) => make("pre", "", `${role}\n${text}`)),
      );
    }
    const costs = [];
    if (step.usage) costs.push(t("travel_tokens", ...step.usage), step.cost ?? "");
    if (step.fuel) costs.push(t("travel_fuel", step.fuel));
    if (costs.length) parts.push(make("p", "note", costs.filter(Boolean).join(" · ")));
    this.event.replaceChildren(...parts);
  }

  async jump({ script, line }) {
    const path =
      this.documents.files.find((file) => file.path === script)?.path ??
      this.documents.files.find((file) => file.path.endsWith(`/${nameOf(script)}`))?.path;
    const opened = path && (await this.documents.show(path));
    if (opened) reveal(opened.view, line);
  }

  async variables() {
    const { id, at, of } = this;
    if (!this.steps.length) return;
    const found = await this.bot.variables(of, id, at).catch(() => ({ variables: [] }));
    if (id !== this.id || at !== this.at) return;
    const rows = found.variables.map(({ name, value }) => {
      const head = make("th", "", name);
      head.scope = "row";
      return make("tr", "", head, make("td", "", value));
    });
    const inside = rows.length
      ? make("table", "", make("tbody", "", ...rows))
      : make("p", "note", t("travel_no_variables"));
    this.values.replaceChildren(make("h3", "", t("travel_variables")), inside);
  }
}
