/** The language server, spoken with as an editor does: messages over its standard streams. */

import { spawn } from "node:child_process";

/** The server's types of tokens as the classes of `compare.mjs`; all others are names. */
const CLASSES = { comment: "comment", string: "text", number: "number", keyword: "word", macro: "label" };

/** A running server; `stop` ends it. */
export class Server {
  #process;
  #left = Buffer.alloc(0);
  #waiting = new Map();
  #next = 1;
  #legend;

  constructor(basilect) {
    this.#process = spawn(basilect, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdout.on("data", (bytes) => this.#take(bytes));
  }

  async start() {
    const { capabilities } = await this.#ask("initialize", {
      processId: null, rootUri: null, capabilities: {},
    });
    this.#legend = capabilities.semanticTokensProvider.legend;
    this.#tell("initialized", {});
  }

  async stop() {
    await this.#ask("shutdown", null);
    this.#tell("exit");
  }

  /** For each character of a script, what its colours say; `undefined` where none is given. */
  async colours(text) {
    const uri = `file:///scripts/${this.#next}.bas`;
    this.#tell("textDocument/didOpen",
      { textDocument: { uri, languageId: "basilect", version: 1, text } });
    const { data } = await this.#ask("textDocument/semanticTokens/full", { textDocument: { uri } });
    this.#tell("textDocument/didClose", { textDocument: { uri } });
    return this.#spread(text, data);
  }

  #spread(text, data) {
    const starts = [0];
    for (const end of text.matchAll(/\r\n|\n|\r/g)) starts.push(end.index + end[0].length);
    const classes = new Array(text.length).fill(undefined);
    let [line, column] = [0, 0];
    for (let at = 0; at < data.length; at += 5) {
      const [lines, columns, length, type, modifiers] = data.slice(at, at + 5);
      column = lines > 0 ? columns : column + columns;
      line += lines;
      const from = starts[line] + column;
      const name = this.#legend.tokenTypes[type];
      const library = modifiers & (1 << this.#legend.tokenModifiers.indexOf("defaultLibrary"));
      const found = name === "function" && library ? "word" : (CLASSES[name] ?? "");
      classes.fill(found, from, from + length);
    }
    return classes;
  }

  #ask(method, params) {
    const id = this.#next++;
    this.#send({ jsonrpc: "2.0", id, method, params });
    return new Promise((found, failed) => this.#waiting.set(id, { found, failed }));
  }

  #tell(method, params) {
    this.#send({ jsonrpc: "2.0", method, params });
  }

  #send(message) {
    const body = JSON.stringify(message);
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #take(bytes) {
    this.#left = Buffer.concat([this.#left, bytes]);
    for (;;) {
      const end = this.#left.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#left.subarray(0, end))[1]);
      if (this.#left.length < end + 4 + length) return;
      const message = JSON.parse(this.#left.subarray(end + 4, end + 4 + length));
      this.#left = this.#left.subarray(end + 4 + length);
      const waiting = this.#waiting.get(message.id);
      if (!waiting || message.method) continue;
      this.#waiting.delete(message.id);
      if (message.error) waiting.failed(new Error(message.error.message));
      else waiting.found(message.result);
    }
  }
}
