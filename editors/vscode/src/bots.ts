/** Where bots lie: paths only, nothing of the editor. */

import * as path from "node:path";

/** The bot that a file or folder belongs to: the folder NAME.gbai at or above it. */
export function botOf(file: string): string | undefined {
  let folder = file;
  for (;;) {
    if (path.extname(folder).toLowerCase() === ".gbai") return folder;
    const above = path.dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}

/** The name by which a server knows a bot. */
export function nameOf(bot: string): string {
  const base = path.basename(bot);
  const whole = path.extname(base).toLowerCase() === ".gbai" ? base.slice(0, -5) : base;
  return path.extname(whole).toLowerCase() === ".bas"
    ? whole.slice(0, -4).toLowerCase()
    : whole.toLowerCase();
}

/** Whether a path is a transcript: a file `.chat` in a folder `tests` of a bot. */
export function isTranscript(file: string): boolean {
  const inTests = path.basename(path.dirname(file)) === "tests";
  return inTests && path.extname(file) === ".chat" && botOf(file) !== undefined;
}

/** Whether a text can be the name of a new bot; the answer says why it cannot. */
export function nameFault(name: string): string | undefined {
  if (name === "") return "A bot needs a name.";
  if (!/^[a-z]/.test(name)) return "The name begins with a small letter.";
  if (name.length > 63) return "The name has at most 63 letters.";
  return /^[a-z0-9-]+$/.test(name)
    ? undefined
    : "The name has small letters, digits and dashes only.";
}

/** Whether a text is the address of a server; the answer says why it is not. */
export function addressFault(address: string): string | undefined {
  try {
    const { protocol } = new URL(address);
    if (protocol === "http:" || protocol === "https:") return undefined;
  } catch {
    // Told below.
  }
  return "Write an address such as http://127.0.0.1:8080.";
}

/** A conversation as a server lists it. */
export interface Conversation {
  readonly id: string;
  readonly bot: string;
  readonly person: string;
  readonly channel: string;
  readonly updated_at: number;
}

/** How a conversation is shown in a list. */
export function conversationLabel({ id, bot, person, channel, updated_at }: Conversation): {
  label: string;
  description: string;
  detail: string;
} {
  const who = person.startsWith("anonymous:") ? "somebody" : person;
  const when = new Date(updated_at).toLocaleString();
  return { label: `${bot}: ${who}`, description: when, detail: `${channel} · ${id}` };
}

/** The names in a line of a script that may be variables: not in texts, not in remarks. */
export function namesIn(line: string): { name: string; at: number }[] {
  const found: { name: string; at: number }[] = [];
  for (const { 0: piece, index } of line.matchAll(/"[^"]*"|'.*|[A-Za-z_][A-Za-z0-9_]*\$?/g)) {
    if (/^["']/.test(piece)) continue;
    if (/^REM$/i.test(piece)) break;
    found.push({ name: piece, at: index });
  }
  return found;
}
