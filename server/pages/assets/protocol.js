/**
 * The connection to a conversation: a cursor into its log that survives lost sockets.
 *
 * Invariants: an item is handed on at most once; a message is sent with the same id until it is
 * acknowledged or refused; nothing here touches the page.
 */

import { Outbox, credentials, forgetCredentials, keepCredentials } from "./storage.js";

const FIRST_DELAY = 400;
const LONGEST_DELAY = 20_000;
const PING_EVERY = 20_000;
const SILENCE = 10_000;
const UNKNOWN_CONVERSATION = 4404;

/** A random id; also where the page is served without TLS and `randomUUID` is missing. */
function randomId() {
  const raw = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Opening a conversation is done by one tab at a time, so that two tabs do not open two. */
function exclusively(bot, action) {
  return navigator.locks ? navigator.locks.request(`basilect:${bot}`, action) : action();
}

export class Connection extends EventTarget {
  /** `draft` talks with the draft of the bot, which only its editor can. */
  constructor(bot, draft = false) {
    super();
    this.bot = bot;
    this.draft = draft;
    /** The name under which this browser keeps the conversation. */
    this.keptAs = draft ? `draft of ${bot}` : bot;
    this.outbox = new Outbox(this.keptAs);
    this.limits = { text_bytes: 16_384, file_bytes: 0 };
    this.attempts = 0;
    this.order = 0;
    this.reset();
  }

  reset() {
    this.seen = new Set();
    this.cursor = 0;
  }

  get online() {
    return this.socket?.readyState === WebSocket.OPEN && this.welcomed === true;
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Begins to connect and keeps doing so until the page goes away. */
  start() {
    window.addEventListener("online", () => this.retryNow());
    window.addEventListener("offline", () => this.drop());
    window.addEventListener("pageshow", (event) => event.persisted && this.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.retryNow();
    });
    this.connect();
  }

  /** Connects at once if it is not connected. */
  retryNow() {
    if (this.socket) return this.check();
    clearTimeout(this.retry);
    this.connect();
  }

  connect() {
    clearTimeout(this.retry);
    this.emit("state", "connecting");
    if (credentials(this.keptAs)) return this.open();
    exclusively(this.keptAs, () => new Promise((opened) => {
      this.opened = opened;
      this.open();
    }));
  }

  open() {
    if (this.socket) return;
    const known = credentials(this.keptAs);
    this.conversation = known?.conversation ?? null;
    const socket = new WebSocket(this.address(known));
    this.socket = socket;
    this.welcomed = false;
    socket.onmessage = (event) => socket === this.socket && this.receive(event.data);
    socket.onclose = (event) => socket === this.socket && this.closed(event.code);
    this.watch();
  }

  address(known) {
    const name = encodeURIComponent(this.bot);
    const url = new URL(this.draft ? `/ws/studio/${name}/chat` : `/ws/${name}`, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (known) {
      url.searchParams.set("conversation", known.conversation);
      url.searchParams.set("key", known.key);
      url.searchParams.set("since", this.cursor);
    }
    return url;
  }

  closed(code) {
    this.socket = null;
    this.unlock();
    clearTimeout(this.alarm);
    if (code === UNKNOWN_CONVERSATION) this.lose();
    const spread = 0.5 + Math.random() / 2;
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.attempts) * spread;
    this.attempts += 1;
    this.retry = setTimeout(() => this.connect(), delay);
    this.emit("state", "waiting");
  }

  /** The server does not know the conversation: what was not sent is not sent to another one. */
  lose() {
    if (!this.conversation) return this.emit("absent");
    this.forgetLost();
    for (const message of this.outbox.list()) this.refuse(message, "conversation_gone");
    this.reset();
    this.emit("lost");
  }

  /** Another tab may have opened a new conversation meanwhile: that one is kept. */
  forgetLost() {
    const lost = credentials(this.keptAs)?.conversation === this.conversation;
    if (lost) forgetCredentials(this.keptAs);
  }

  /** Gives the socket up without waiting for its end, which a dead network never tells. */
  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.closed(0);
    socket.close();
  }

  unlock() {
    this.opened?.();
    this.opened = null;
  }

  /** Leaves this conversation; the next one is opened (or taken from another tab) at once. */
  restart() {
    const socket = this.socket;
    this.socket = null;
    this.unlock();
    clearTimeout(this.alarm);
    socket?.close();
    this.reset();
    this.attempts = 0;
    this.connect();
  }

  anew() {
    forgetCredentials(this.keptAs);
    this.outbox.clear();
    this.restart();
  }

  /** A quiet socket is asked for a sign of life; without one it is dead. */
  watch() {
    clearTimeout(this.alarm);
    this.alarm = setTimeout(() => this.check(), PING_EVERY);
  }

  check() {
    if (this.online) this.transmit({ type: "ping" });
    clearTimeout(this.alarm);
    this.alarm = setTimeout(() => this.drop(), SILENCE);
  }

  transmit(frame) {
    if (this.online) this.socket.send(JSON.stringify(frame));
  }

  receive(text) {
    this.watch();
    const frame = JSON.parse(text);
    const handler = `on_${frame.type}`;
    if (handler in this) this[handler](frame);
    else this.emit(frame.type, frame);
  }

  on_welcome(frame) {
    this.welcomed = true;
    this.attempts = 0;
    this.conversation = frame.conversation;
    this.key = frame.key;
    this.limits = { ...this.limits, ...frame.limits };
    keepCredentials(this.keptAs, { conversation: frame.conversation, key: frame.key });
    this.unlock();
    this.emit("state", "online");
    this.emit("welcome", frame);
    for (const message of this.outbox.list()) this.deliver(message);
  }

  on_item(frame) {
    if (this.seen.has(frame.seq)) return;
    this.seen.add(frame.seq);
    while (this.seen.has(this.cursor + 1)) this.cursor += 1;
    if (frame.by === "person" && frame.id) this.outbox.remove(frame.id);
    this.emit("item", frame);
  }

  on_ack(frame) {
    this.outbox.remove(frame.id);
    this.emit("ack", frame);
  }

  on_refused(frame) {
    const message = this.outbox.get(frame.id);
    if (!message) return;
    if (frame.retry_after_ms == null) return this.refuse(message, frame.code, frame.message, frame.trace);
    setTimeout(() => this.deliver(this.outbox.get(frame.id)), frame.retry_after_ms);
  }

  on_pong() {}

  refuse(message, code, reason, trace = null) {
    const refused = { ...message, refused: { code, reason, trace } };
    this.outbox.put(refused);
    this.emit("outbox", refused);
  }

  /** Says something: it is kept until the server has stored it. */
  say({ text, files = [], tool = null }) {
    this.order += 1;
    const message = { id: randomId(), at: Date.now(), order: this.order, text, files, tool };
    this.outbox.put(message);
    this.emit("outbox", message);
    this.deliver(message);
  }

  retrySay(id) {
    const message = this.outbox.get(id);
    if (!message) return;
    delete message.refused;
    this.outbox.put(message);
    this.emit("outbox", message);
    this.deliver(message);
  }

  discard(id) {
    this.outbox.remove(id);
    this.emit("discarded", { id });
  }

  deliver(message) {
    if (!message || message.refused) return;
    const frame = { type: "say", id: message.id, text: message.text };
    if (message.files.length) frame.files = message.files.map((file) => file.file);
    if (message.tool) frame.tool = message.tool;
    this.transmit(frame);
  }

  typing() {
    const now = Date.now();
    if (now - (this.typed ?? 0) < 3000) return;
    this.typed = now;
    this.transmit({ type: "typing" });
  }

  /** Where the server has what belongs to this conversation. */
  get place() {
    const api = this.draft ? "/api/studio/conversations" : "/api/conversations";
    return `${api}/${encodeURIComponent(this.conversation)}`;
  }

  /** The address of a file of this conversation, with the key that opens it. */
  fileUrl(file) {
    const own = `${this.place}/files/`;
    const url = new URL(file.url ?? own + encodeURIComponent(file.file), location.href);
    const theme = `/${encodeURIComponent(this.bot)}/theme/`;
    if (this.draft && url.pathname.startsWith(theme)) url.pathname = `/studio${url.pathname}`;
    const inside = url.origin === location.origin && url.pathname.startsWith(own);
    if (inside && !url.searchParams.has("key")) url.searchParams.set("key", this.key);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  }
}
