/** The page of the chat panel: draws what comes, and sends what the person does. */

import type { Frame } from "./events";
import { blocks, type Block, type Inline } from "./markdown";

declare function acquireVsCodeApi(): { postMessage(message: object): void };

interface Option {
  text: string;
  say?: string;
  tool?: string | null;
}

type Item = Extract<Frame, { type: "item" }>;

const editor = acquireVsCodeApi();
const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const log = byId("log");
const offers = byId("offers");
const typing = byId("typing");
const line = byId("line");
const text = byId<HTMLTextAreaElement>("text");

/** Texts that are still being written, by their place in the log. */
const growing = new Map<number, { element: HTMLElement; text: string }>();

function make(tag: string, name = "", content = ""): HTMLElement {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (content) element.textContent = content;
  return element;
}

function linked(label: string, url: string): HTMLElement {
  const link = make("a", "", label) as HTMLAnchorElement;
  link.href = url;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    editor.postMessage({ type: "open", url });
  });
  return link;
}

const TAGS = { text: "span", code: "code", strong: "strong", emphasis: "em" } as const;

function inlined(parent: HTMLElement, pieces: Inline[]): void {
  for (const piece of pieces) {
    if (piece.kind === "link") parent.append(linked(piece.text, piece.url));
    else if (piece.kind === "text") parent.append(piece.text);
    else parent.append(make(TAGS[piece.kind], "", piece.text));
  }
}

function drawn(block: Block): HTMLElement {
  if (block.kind === "code") return make("pre", "", block.text);
  if (block.kind === "list") {
    const list = make(block.ordered ? "ol" : "ul");
    for (const item of block.items) {
      const element = make("li");
      inlined(element, item);
      list.append(element);
    }
    return list;
  }
  const element = make(block.kind === "heading" ? "h2" : "p");
  const lines = block.kind === "heading" ? [block.line] : block.lines;
  lines.forEach((pieces, index) => {
    if (index > 0) element.append(make("br"));
    inlined(element, pieces);
  });
  return element;
}

function bubble(by: string, ...content: (HTMLElement | string)[]): HTMLElement {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const element = make("div", `message ${by}`);
  element.append(make("span", "who", by === "person" ? "You: " : by === "error" ? "Problem: " : "Bot: "));
  element.append(...content);
  log.append(element);
  if (atEnd || by === "person") log.scrollTop = log.scrollHeight;
  return element;
}

function media(item: Item): HTMLElement {
  const name = String(item["name"] ?? item.kind);
  const url = String(item["url"] ?? "");
  const element = make("p");
  element.append(/^https?:/.test(url) ? linked(name, url) : `[${item.kind}] ${name}`);
  if (item["caption"]) element.append(make("br"), String(item["caption"]));
  return element;
}

function offer(options: Option[]): void {
  const buttons = options.map((option) => {
    const button = make("button", "offer", option.text) as HTMLButtonElement;
    button.type = "button";
    button.addEventListener("click", () => {
      editor.postMessage({ type: "say", text: option.say ?? option.text, tool: option.tool ?? undefined });
      offers.replaceChildren();
      text.focus();
    });
    return button;
  });
  offers.replaceChildren(...buttons);
}

function person(item: Item): HTMLElement[] {
  const said = String(item["text"] ?? "");
  const files = (item["files"] as { name?: string }[] | undefined) ?? [];
  const names = files.map((file) => make("p", "", `📎 ${file.name ?? "file"}`));
  return said === "" && names.length > 0 ? names : [make("p", "", said), ...names];
}

function take(item: Item): void {
  growing.get(item.seq)?.element.remove();
  growing.delete(item.seq);
  if (item.by === "person") {
    offer([]);
    bubble("person", ...person(item));
  } else if (item.kind === "text") {
    // What a script says may be empty; there is nothing to draw then.
    if (String(item["text"] ?? "").trim() === "") return;
    bubble(item["print"] ? "bot print" : "bot", ...blocks(String(item["text"] ?? "")).map(drawn));
  } else if (item.kind === "suggestions" || item.kind === "wait") {
    const options = (item["options"] as Option[] | undefined) ?? [];
    if (options.length > 0 || item.kind === "suggestions") offer(options);
  } else if (item.kind === "error") bubble("error", make("p", "", String(item["text"] ?? "")));
  else if (item.kind === "end") log.append(make("p", "end", "The script has ended."));
  else bubble("bot", media(item));
}

function grow(seq: number, piece: string): void {
  const known = growing.get(seq);
  if (known) {
    known.text += piece;
    known.element.querySelector("p")?.replaceChildren(known.text);
  } else growing.set(seq, { element: bubble("bot", make("p", "", piece)), text: piece });
}

function show(frame: Frame): void {
  if (frame.type === "item") take(frame);
  else if (frame.type === "part") grow(frame.seq, frame.text);
  else if (frame.type === "typing") typing.textContent = frame.on ? "The bot is working…" : "";
  else if (frame.type === "error") bubble("error", make("p", "", frame.message));
}

function send(): void {
  const said = text.value.trim();
  if (said === "") return;
  editor.postMessage({ type: "say", text: said });
  text.value = "";
}

window.addEventListener("message", ({ data }: MessageEvent<{ type: string; frame: Frame; connected: boolean }>) => {
  if (data.type === "clear") {
    log.replaceChildren();
    offers.replaceChildren();
    growing.clear();
    typing.textContent = "";
  } else if (data.type === "line") line.textContent = data.connected ? "connected" : "connecting…";
  else if (data.type === "frame") show(data.frame);
});

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
text.addEventListener("keydown", (event) => {
  // Enter sends, Shift+Enter begins a line; while a word is being composed Enter ends that.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
byId("again").addEventListener("click", () => {
  editor.postMessage({ type: "again" });
  text.focus();
});
byId("attach").addEventListener("click", () => editor.postMessage({ type: "attach" }));
editor.postMessage({ type: "ready" });
text.focus();
