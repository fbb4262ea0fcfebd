/** All commands with their keys: the palette lists them, keys call them wherever the focus is. */

import { isMac, keyName } from "./dom.js";

/**
 * A command.
 * @typedef {{name: string, title: string, keys?: string[], run: () => unknown}} Command
 */

/** @type {Command[]} */
export const commands = [];

/** Adds commands. */
export function add(...more) {
  commands.push(...more);
}

/** Runs a command by its name. */
export const run = (name) => commands.find((command) => command.name === name)?.run();

/** The key of a command as people know it. */
export const keyOf = (name) => {
  const command = commands.find((one) => one.name === name);
  return command?.keys?.[0] ? keyName(command.keys[0]) : "";
};

/** `Mod-Shift-o` of an event. */
function pressed(event) {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const parts = [];
  if (mod) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey) parts.push("Shift");
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // With Alt some systems write another letter: the place of the key tells what was meant.
  const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : key;
  return [...parts, event.altKey || mod ? letter : key].join("-");
}

/** Calls commands by their keys; a dialog that is open keeps its own. */
export function listen(target = window) {
  target.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || document.querySelector("dialog[open]")) return;
      const wanted = pressed(event);
      const command = commands.find((one) => one.keys?.includes(wanted));
      if (!command) return;
      event.preventDefault();
      event.stopPropagation();
      command.run();
    },
    true,
  );
}
