/** What this browser keeps: each bot's conversation and the messages that are not stored yet. */

const memory = new Map();

/** Local storage, or null where the browser forbids it: the page then works until it is closed. */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function read(key) {
  try {
    const text = memory.get(key) ?? storage()?.getItem(key);
    return text == null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function write(key, value) {
  const text = JSON.stringify(value);
  try {
    storage().setItem(key, text);
    memory.delete(key);
  } catch {
    memory.set(key, text);
  }
}

function erase(key) {
  memory.delete(key);
  storage()?.removeItem(key);
}

const credentialsKey = (bot) => `basilect:conversation:${bot}`;

/** The conversation that this browser has with a bot: `{conversation, key}` or null. */
export const credentials = (bot) => read(credentialsKey(bot));
export const keepCredentials = (bot, value) => write(credentialsKey(bot), value);
export const forgetCredentials = (bot) => erase(credentialsKey(bot));

/** Calls back when another tab has changed this bot's conversation or its outbox. */
export function onOtherTab(bot, changed) {
  window.addEventListener("storage", (event) => {
    if (event.key === credentialsKey(bot)) changed.conversation(credentials(bot));
    else if (event.key?.startsWith(`basilect:outbox:${bot}:`)) changed.outbox();
  });
}

/**
 * The messages of a bot that the server has not acknowledged. Each has its own entry in the
 * storage, so that two tabs never overwrite each other; both may send one, for the server takes an
 * id only once.
 */
export class Outbox {
  constructor(bot) {
    this.prefix = `basilect:outbox:${bot}:`;
  }

  put(message) {
    write(this.prefix + message.id, message);
  }

  get(id) {
    return read(this.prefix + id);
  }

  remove(id) {
    erase(this.prefix + id);
  }

  /** All messages, the oldest first. */
  list() {
    const keys = new Set([...memory.keys(), ...Object.keys(storage() ?? {})]);
    return [...keys]
      .filter((key) => key.startsWith(this.prefix))
      .map(read)
      .filter(Boolean)
      .sort((one, other) => one.at - other.at || one.order - other.order);
  }

  clear() {
    for (const message of this.list()) this.remove(message.id);
  }
}
