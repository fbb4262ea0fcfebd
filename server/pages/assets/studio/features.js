/** What editors ask of the language server beyond what its client brings along. */

import {
  Decoration,
  EditorView,
  LSPPlugin,
  Prec,
  StateEffect,
  StateField,
  ViewPlugin,
  autocompletion,
  closeCompletion,
  foldService,
  hoverTooltip,
  keymap,
  selectedCompletion,
  snippet,
} from "../vendor/codemirror.js";
import { ask, make, settled, toast } from "./dom.js";
import { foldsKnown } from "./editor.js";
import { pathOf, uriOf } from "./language.js";
import { pageOf } from "./manual.js";
import { t } from "./words.js";

const at = (view, position) => LSPPlugin.get(view).fromPosition(position);
const range = (view, { start, end }) => ({ from: at(view, start), to: at(view, end) });

/** The position of the cursor, or of another place. */
export function placeOf(view, pos = view.state.selection.main.head) {
  return LSPPlugin.get(view).toPosition(pos);
}

/** Completion with the manual of the word that is looked at. */
export function completion(language, path) {
  const kinds = [
    "",
    "text",
    "method",
    "function",
    "function",
    "property",
    "variable",
    "class",
    "interface",
    "namespace",
    "property",
    "text",
    "constant",
    "enum",
    "keyword",
    "text",
    "constant",
    "text",
    "text",
    "text",
    "enum",
    "constant",
  ];

  const info = async (item, view) => {
    const full = await language.client.request("completionItem/resolve", item).catch(() => item);
    if (!full.documentation) return null;
    const box = document.createElement("div");
    box.className = "cm-lsp-documentation";
    box.innerHTML = LSPPlugin.get(view).docToHTML(full.documentation, "markdown");
    return box;
  };

  const source = async (context) => {
    const word = context.matchBefore(/[\p{L}\p{N}_-]+/u);
    const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
    if (!context.explicit && !word && !/[."{]/.test(before)) return null;
    const trigger =
      word || context.explicit ? { triggerKind: 1 } : { triggerKind: 2, triggerCharacter: before };
    const position = placeOf(context.view, context.pos);
    const found = await language.ask("textDocument/completion", path, {
      position,
      context: trigger,
    });
    const items = found?.items ?? found ?? [];
    if (!items.length || context.aborted) return null;
    const edit = items[0].textEdit?.range;
    const from = edit ? at(context.view, edit.start) : (word?.from ?? context.pos);
    return {
      from,
      validFor: found.isIncomplete ? undefined : /^[\p{L}\p{N}_ -]*$/u,
      options: items.map((item, index) => option(item, index, context.view)),
    };
  };

  const option = (item, index, view) => {
    const text = item.textEdit?.newText ?? item.insertText ?? item.label;
    const made = {
      label: item.filterText ?? item.label,
      displayLabel: item.label,
      detail: item.detail,
      type: kinds[item.kind],
      sortText: item.sortText,
      boost: item.preselect ? 5 : -index / 1000,
      info: () => info(item, view),
    };
    made.apply = item.insertTextFormat === 2 ? snippet(fields(text)) : text;
    return made;
  };

  // Enter after a whole word ends the line: what the list would put there stands there already.
  const enter = (view) => {
    const chosen = selectedCompletion(view.state);
    const { head } = view.state.selection.main;
    const label = chosen?.label ?? "";
    const typed = view.state.sliceDoc(Math.max(0, head - label.length), head);
    if (label && typed.toLowerCase() === label.toLowerCase()) closeCompletion(view);
    return false;
  };
  return [
    autocompletion({ override: [source], icons: false, activateOnTypingDelay: 60 }),
    Prec.highest(keymap.of([{ key: "Enter", run: enter }])),
  ];
}

/** What the language server says of the word under the pointer, with the way into the manual. */
export function hovering(language, path) {
  return hoverTooltip(
    async (view, pos) => {
      const found = await language.ask("textDocument/hover", path, {
        position: placeOf(view, pos),
      });
      if (!found) return null;
      const text = found.contents.value ?? found.contents;
      const page = await pageOf(
        text
          .replace(/^```\w*/, "")
          .trim()
          .split("\n")[0],
      );
      const place = found.range ? range(view, found.range) : { from: pos, to: pos };
      const create = () => {
        const told = make("div", "cm-lsp-documentation");
        told.innerHTML = LSPPlugin.get(view).docToHTML(text, "markdown");
        return { dom: make("div", "hovering", told, ...(page ? [inManual(page)] : [])) };
      };
      return { pos: place.from, end: place.to, above: true, create };
    },
    { hoverTime: 350, hideOn: ({ docChanged }) => docChanged },
  );
}

function inManual({ name, address }) {
  const link = make("a", "", t("in_manual", name));
  Object.assign(link, { href: address, target: "_blank", rel: "noopener" });
  return make("p", "in-manual", link);
}

/** A snippet of the protocol (`$1`, `${1:name}`, `$0`) as the editor writes it. */
const fields = (text) =>
  text
    .replace(/\$\{(\d+)\|([^,|]*)[^}]*\}/g, "#{$1:$2}")
    .replace(
      /\$\{(\d+)(?::([^}]*))?\}/g,
      (_, number, name) => `#{${number}${name ? `:${name}` : ""}}`,
    )
    .replace(/\$(\d+)/g, "#{$1}");

const paint = StateEffect.define();
const painted = StateField.define({
  create: () => Decoration.none,
  update(value, { changes, effects }) {
    for (const effect of effects) if (effect.is(paint)) return effect.value;
    return value.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Colours that know what each word means. */
export function semanticColours(language, path) {
  const plugin = ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.view = view;
        this.later = settled(120, () => this.ask());
        this.online = () => this.later();
        language.addEventListener("state", this.online);
        language.addEventListener("diagnostics", this.online);
        this.later();
      }

      update(update) {
        if (update.docChanged) this.later();
      }

      destroy() {
        this.later.cancel();
        language.removeEventListener("state", this.online);
        language.removeEventListener("diagnostics", this.online);
        this.gone = true;
      }

      async ask() {
        const { doc } = this.view.state;
        const found = await language.ask("textDocument/semanticTokens/full", path);
        if (!found || this.gone || this.view.state.doc !== doc) return;
        const legend = language.client.serverCapabilities?.semanticTokensProvider?.legend;
        if (legend) this.view.dispatch({ effects: paint.of(decorate(doc, found.data, legend)) });
      }
    },
  );
  return [painted, plugin];
}

function decorate(doc, data, legend) {
  const marks = [];
  let [line, column] = [0, 0];
  for (let index = 0; index + 4 < data.length; index += 5) {
    const [down, right, length, type, modifiers] = data.slice(index, index + 5);
    line += down;
    column = down ? right : column + right;
    if (line >= doc.lines) break;
    const from = doc.line(line + 1).from + column;
    const library = legend.tokenModifiers.findIndex((name) => name === "defaultLibrary");
    const own = library >= 0 && modifiers & (1 << library) ? " sem-library" : "";
    const mark = Decoration.mark({ class: `sem-${legend.tokenTypes[type]}${own}` });
    if (from + length <= doc.length) marks.push(mark.range(from, from + length));
  }
  return Decoration.set(marks, true);
}

/** Folding as the language server knows blocks. */
export function folding(language, path) {
  let folds = new Map();
  const look = ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.later = settled(400, async () => {
          const found = await language.ask("textDocument/foldingRange", path);
          if (!found || this.gone) return;
          folds = new Map(found.map(({ startLine, endLine }) => [startLine + 1, endLine + 1]));
          view.dispatch({ effects: foldsKnown.of(null) });
        });
        this.later();
      }

      update(update) {
        if (update.docChanged) this.later();
      }

      destroy() {
        this.later.cancel();
        this.gone = true;
      }
    },
  );
  const service = foldService.of((state, start) => {
    const line = state.doc.lineAt(start);
    const end = folds.get(line.number);
    if (!end || end > state.doc.lines || end <= line.number) return null;
    return { from: line.to, to: state.doc.line(end).to };
  });
  return [look, service];
}

/**
 * Makes the changes that an answer asks for, in all files; how many places in how many files.
 * `moved` tells where a file is now that lay elsewhere when the answer was given.
 */
export async function applyEdit(documents, edit, moved = (path) => path) {
  const changes = new Map(Object.entries(edit?.changes ?? {}));
  for (const one of edit?.documentChanges ?? []) changes.set(one.textDocument.uri, one.edits);
  let places = 0;
  for (const [uri, edits] of changes) {
    const opened = await documents.ensure(moved(pathOf(uri)));
    if (!opened) continue;
    const { view } = opened;
    view.dispatch({
      changes: edits.map((one) => ({ ...range(view, one.range), insert: one.newText })),
      userEvent: "input.fix",
    });
    places += edits.length;
  }
  return { places, files: changes.size };
}

/** What can be done about a part of a file. */
export async function actionsAt(language, { path, view }, from, to, only) {
  const start = placeOf(view, from);
  const asked = { range: { start, end: placeOf(view, to) }, context: { diagnostics: [], only } };
  const found = await language.ask("textDocument/codeAction", path, asked);
  return (found ?? []).filter((action) => action.edit && !action.disabled);
}

/** Gives the name at the cursor another one, in all files. */
export async function renameName(language, documents, { path, view }) {
  const position = placeOf(view);
  const textDocument = { uri: uriOf(path) };
  language.client.sync();
  // Why a name cannot be changed is worth knowing: the refusal is shown as it is.
  const may = await language.client
    .request("textDocument/prepareRename", { textDocument, position })
    .catch((error) => ({ refusal: error.message }));
  if (!may?.placeholder) return toast(may?.refusal ?? t("cannot_rename"), true);
  await ask({
    title: t("rename_symbol"),
    label: t("rename_to"),
    value: may.placeholder,
    yes: t("rename"),
    async send(newName) {
      const edit = await language.client
        .request("textDocument/rename", {
          textDocument,
          position,
          newName,
        })
        .catch((error) => {
          throw new Error(error.message);
        });
      const { places, files } = await applyEdit(documents, edit);
      toast(t("renamed", places, files));
    },
  });
  return view.focus();
}
