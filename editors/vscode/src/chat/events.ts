/** The chat protocol over REST and server-sent events (docs/protocol.md); nothing of the editor. */

/** A place in the log of a conversation, or something that passes. */
export type Frame =
  | { type: "item"; seq: number; by: "bot" | "person"; kind: string; [field: string]: unknown }
  | { type: "part"; seq: number; index: number; text: string }
  | { type: "typing"; on: boolean }
  | { type: "error"; message: string; trace?: string };

/** Reads server-sent events from pieces of text. */
export class Events {
  private rest = "";
  private data: string[] = [];

  constructor(private readonly found: (frame: Frame) => void) {}

  take(piece: string): void {
    const lines = (this.rest + piece).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? "";
    lines.forEach((line) => this.line(line));
  }

  private line(line: string): void {
    if (line === "") {
      const data = this.data.join("\n");
      this.data = [];
      if (data !== "") this.frame(data);
    } else if (line.startsWith("data:")) {
      this.data.push(line.slice(5).replace(/^ /, ""));
    }
  }

  private frame(data: string): void {
    try {
      const value = JSON.parse(data) as Frame;
      if (typeof value === "object" && value !== null && "type" in value) this.found(value);
    } catch {
      // A line that is no JSON is not of this protocol.
    }
  }
}

/** What a refusal says for a person. */
async function refusal(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => ({}));
  const { detail, title } = body as { detail?: string; title?: string };
  return detail ?? title ?? `the server answers ${answer.status}`;
}

/** Times between tries to get the stream again, in milliseconds. */
const PATIENCE_MS = [200, 500, 1_000, 2_000, 5_000];

/** One conversation with a bot. */
export class Conversation {
  private seq = 0;
  private stopped = new AbortController();

  private constructor(
    private readonly address: string,
    private readonly id: string,
    private readonly key: string,
    private readonly frames: (frame: Frame) => void,
    private readonly line: (connected: boolean) => void,
  ) {}

  /** Opens one; the log is followed until [`close`]. */
  static async open(
    address: string,
    bot: string,
    frames: (frame: Frame) => void,
    line: (connected: boolean) => void,
  ): Promise<Conversation> {
    const path = `${address}/api/bots/${encodeURIComponent(bot)}/conversations`;
    const answer = await fetch(path, { method: "POST" });
    if (answer.status === 404) {
      throw new Error("The server does not serve this bot. It may have errors: the Problems view tells.");
    }
    if (!answer.ok) throw new Error(await refusal(answer));
    const { conversation, key } = (await answer.json()) as { conversation: string; key: string };
    const opened = new Conversation(address, conversation, key, frames, line);
    void opened.follow();
    return opened;
  }

  close(): void {
    this.stopped.abort();
  }

  /** Says something, perhaps with files, or presses a button that runs a tool. */
  async say(id: string, text: string, more: { files?: string[]; tool?: string } = {}): Promise<void> {
    const answer = await this.ask("messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id, text, ...more }),
    });
    if (!answer.ok) throw new Error(await refusal(answer));
  }

  /** Uploads a file; the answer is its id. */
  async upload(name: string, bytes: Uint8Array): Promise<string> {
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(bytes)]), name);
    const answer = await this.ask("files", { method: "POST", body: form });
    if (!answer.ok) throw new Error(await refusal(answer));
    return ((await answer.json()) as { file: string }).file;
  }

  private ask(what: string, init: RequestInit): Promise<Response> {
    const path = `${this.address}/api/conversations/${this.id}/${what}`;
    const headers = { ...(init.headers as object), authorization: `Bearer ${this.key}` };
    return fetch(path, { ...init, headers });
  }

  /** Follows the log and takes it up again where the line was cut. */
  private async follow(): Promise<void> {
    let tries = 0;
    while (!this.stopped.signal.aborted) {
      try {
        await this.stream(() => {
          tries = 0;
          this.line(true);
        });
      } catch {
        // The line was cut; it is tried again.
      }
      if (this.stopped.signal.aborted) return;
      this.line(false);
      const wait = PATIENCE_MS[Math.min(tries, PATIENCE_MS.length - 1)];
      tries += 1;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private async stream(connected: () => void): Promise<void> {
    const answer = await this.ask(`events?since=${this.seq}`, {
      headers: { accept: "text/event-stream" },
      signal: this.stopped.signal,
    });
    if (!answer.ok || !answer.body) throw new Error(await refusal(answer));
    connected();
    const events = new Events((frame) => this.take(frame));
    const decoder = new TextDecoder();
    for await (const bytes of answer.body) events.take(decoder.decode(bytes, { stream: true }));
  }

  private take(frame: Frame): void {
    if (frame.type === "item") {
      if (frame.seq <= this.seq) return;
      this.seq = frame.seq;
    }
    this.frames(frame);
  }
}
