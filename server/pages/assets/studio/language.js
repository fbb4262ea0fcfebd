/**
 * The language server: a connection that comes back by itself, and the files that it is told about.
 */

import { LSPClient, LSPPlugin, Workspace, signatureHelp } from "../vendor/codemirror.js";
import purify from "../vendor/purify.js";
import { kindOf } from "./editor.js";

const ROOT = "file:///bot";
const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
const ALIVE = 25_000;

/** The address of a file for the language server, and back. */
export const uriOf = (path) => `${ROOT}/${path.split("/").map(encodeURIComponent).join("/")}`;
export const pathOf = (uri) => {
  const path = uri.startsWith(`${ROOT}/`) ? uri.slice(ROOT.length + 1) : "";
  return path.split("/").map(decodeURIComponent).join("/");
};

/** The open files as the client needs them; others are opened when an answer leads there. */
class Draft extends Workspace {
  files = [];
  versions = new Map();

  constructor(client, documents) {
    super(client);
    this.documents = documents;
  }

  next(uri) {
    this.versions.set(uri, (this.versions.get(uri) ?? -1) + 1);
    return this.versions.get(uri);
  }

  syncFiles() {
    const updates = [];
    for (const file of this.files) {
      const plugin = LSPPlugin.get(file.view);
      if (!plugin || plugin.unsyncedChanges.empty) continue;
      updates.push({ changes: plugin.unsyncedChanges, file, prevDoc: file.doc });
      file.doc = file.view.state.doc;
      file.version = this.next(file.uri);
      plugin.clear();
    }
    return updates;
  }

  openFile(uri, languageId, view) {
    const file = { uri, languageId, view, version: this.next(uri), doc: view.state.doc };
    file.getView = () => view;
    this.files.push(file);
    this.client.didOpen(file);
  }

  closeFile(uri) {
    this.files = this.files.filter((file) => file.uri !== uri);
    this.client.didClose(uri);
  }

  async requestFile(uri) {
    await this.documents.ensure(pathOf(uri));
    return this.getFile(uri);
  }

  async displayFile(uri) {
    return (await this.documents.show(pathOf(uri)))?.view ?? null;
  }
}

/** The client; parameters that nobody asked for aloud may fail to come without a word. */
class Client extends LSPClient {
  request(method, params) {
    const asked = super.request(method, params);
    return method === "textDocument/signatureHelp" ? asked.catch(() => null) : asked;
  }
}

/** Events: `diagnostics` ({path, diagnostics, version}), `state` ({online}). */
export class Language extends EventTarget {
  constructor(bot) {
    super();
    this.bot = bot;
    this.attempts = 0;
    this.client = new Client({
      rootUri: ROOT,
      timeout: 10_000,
      workspace: (client) => new Draft(client, this.documents),
      sanitizeHTML: (html) => purify.sanitize(html, { FORBID_ATTR: ["style"] }),
      notificationHandlers: {
        "textDocument/publishDiagnostics": (_, params) => this.published(params),
        "window/logMessage": () => true,
      },
      unhandledNotification: () => {},
      extensions: [signatureHelp()],
    });
  }

  /** Begins; `documents` are the open files. */
  start(documents) {
    this.client.workspace.documents = documents;
    this.documents = documents;
    this.connect();
  }

  /** What an editor needs to be served. */
  plugin(path) {
    return this.client.plugin(uriOf(path), kindOf(path).id);
  }

  published({ uri, diagnostics, version }) {
    const detail = { path: pathOf(uri), uri, diagnostics, version };
    this.dispatchEvent(new CustomEvent("diagnostics", { detail }));
    return true;
  }

  connect() {
    const url = new URL(`/ws/studio/${encodeURIComponent(this.bot.name)}`, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    const handlers = new Set();
    socket.onmessage = ({ data }) => handlers.forEach((handler) => handler(data));
    socket.onclose = () => this.lost(socket);
    socket.onopen = () => {
      this.attempts = 0;
      this.client.connect({
        send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
        subscribe: (handler) => handlers.add(handler),
        unsubscribe: (handler) => handlers.delete(handler),
      });
      // A greeting that is not answered belongs to a line that is gone; the next one asks again.
      this.client.initializing.catch(() => {});
      this.beat = setInterval(() => this.client.notification("$/alive", {}), ALIVE);
      this.told(true);
    };
  }

  lost(socket) {
    clearInterval(this.beat);
    if (this.client.connected && socket) this.client.disconnect();
    this.told(false);
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.attempts);
    this.attempts += 1;
    setTimeout(() => this.connect(), delay);
  }

  told(online) {
    this.online = online;
    this.dispatchEvent(new CustomEvent("state", { detail: { online } }));
  }

  /** Asks something about a file; null when the server cannot answer now. */
  async ask(method, path, params = {}) {
    if (!this.online) return null;
    try {
      await this.client.initializing;
      this.client.sync();
      return await this.client.request(method, {
        textDocument: { uri: uriOf(path) },
        ...params,
      });
    } catch {
      return null;
    }
  }

  /** What must change elsewhere when a file gets another name; null when the server is away. */
  async willRename(from, to) {
    if (!this.online) return null;
    await this.client.initializing;
    this.client.sync();
    const files = [{ oldUri: uriOf(from), newUri: uriOf(to) }];
    return this.client.request("workspace/willRenameFiles", { files }).catch(() => null);
  }

  /** Tells that a file that nobody has open was changed, made or removed on the disk. */
  touched(path, type = 2) {
    if (!this.online) return;
    const changes = [{ uri: uriOf(path), type }];
    this.client.notification("workspace/didChangeWatchedFiles", { changes });
  }
}
