/** The editor of one file. */

import {
  EditorState,
  EditorView,
  HighlightStyle,
  StateEffect,
  StreamLanguage,
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  codeFolding,
  completionKeymap,
  css,
  defaultKeymap,
  drawSelection,
  dropCursor,
  foldGutter,
  foldKeymap,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSelectionMatches,
  highlightSpecialChars,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  indentWithTab,
  keymap,
  lineNumbers,
  lintGutter,
  lintKeymap,
  rectangularSelection,
  search,
  searchKeymap,
  syntaxHighlighting,
  tags,
} from "../vendor/codemirror.js";

/** The word that this page's style rules carry, so that its content policy allows them. */
const nonce = document.querySelector("link[nonce]").nonce;

/** Colours by class, so that they follow the page's light and dark. */
const colours = HighlightStyle.define([
  { tag: tags.comment, class: "sem-comment" },
  { tag: tags.string, class: "sem-string" },
  { tag: tags.number, class: "sem-number" },
  { tag: tags.keyword, class: "sem-keyword" },
  { tag: tags.heading, class: "sem-keyword" },
  { tag: tags.propertyName, class: "sem-property" },
  { tag: tags.meta, class: "sem-macro" },
  { tag: tags.color, class: "sem-number" },
  { tag: tags.className, class: "sem-function" },
]);

/** Texts, numbers and remarks at once; the language server brings the rest. */
const basic = StreamLanguage.define({
  name: "basilect",
  startState: () => ({}),
  token(stream) {
    if (stream.sol() && stream.match(/^\s*(?:'|REM\b|\/\/).*/i)) return "comment";
    if (stream.match("'")) return (stream.skipToEnd(), "comment");
    if (stream.match(/^"(?:[^"\\]|""|\\.)*"?/)) return "string";
    if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
    if (stream.match(/^[A-Z][A-Z_]+\b/)) return "keyword";
    if (!stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u)) stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "'" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
});

/** Marks at the beginning of a line, as transcripts and Markdown have them. */
const lines = (name, comment, marks) =>
  StreamLanguage.define({
    name,
    startState: () => ({}),
    token(stream) {
      for (const [pattern, kind] of marks) {
        if (stream.sol() && stream.match(pattern)) return (stream.skipToEnd(), kind);
      }
      stream.skipToEnd();
      return null;
    },
    languageData: { commentTokens: comment ? { line: comment } : {} },
  });

const transcript = lines("transcript", "#", [
  [/^#/, "comment"],
  [/^</, "string"],
  [/^>/, "keyword"],
  [/^\?/, "number"],
  [/^\.\.\./, "meta"],
]);
const prose = lines("markdown", "", [
  [/^#{1,6}\s/, "heading"],
  [/^>/, "comment"],
]);

/** What the language server calls such files, and how they are coloured until it answers. */
export function kindOf(path) {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  if (ending === "bas" || ending === "vbs") return { id: "basilect", language: basic };
  if (ending === "chat") return { id: "basilect-transcript", language: transcript };
  if (ending === "css") return { id: "css", language: css() };
  if (ending === "md") return { id: "markdown", language: prose };
  return { id: ending === "csv" ? "csv" : "plaintext", language: [] };
}

/** Whether the language server has something to say about a file. */
export const isServed = (path) => /\.(bas|vbs|chat|css|md)$|(^|\/)config\.csv$/i.test(path);

/** Says that what can be folded is known anew. */
export const foldsKnown = StateEffect.define();

const told = ({ transactions }) =>
  transactions.some(({ effects }) => effects.some((effect) => effect.is(foldsKnown)));

/**
 * What is typed over a selection. Left to the browser, it would keep the colours of what was there
 * as styles of its own, which the page's content policy forbids.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const plain = event.inputType === "insertText" && !event.isComposing && event.data;
    if (!plain || empty) return false;
    const replaced = () => ({
      ...view.state.replaceSelection(event.data),
      userEvent: "input.type",
      scrollIntoView: true,
    });
    const insert = () => view.state.update(replaced());
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handler) => handler(view, from, to, event.data, insert))) {
      view.dispatch(replaced());
    }
    event.preventDefault();
    return true;
  },
});

const common = [
  typedOver,
  EditorView.cspNonce.of(nonce),
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  foldGutter({ openText: "⌄", closedText: "›", foldingChanged: told }),
  codeFolding({ placeholderText: "…" }),
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  indentUnit.of("    "),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ icons: false }),
  rectangularSelection(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  lintGutter(),
  syntaxHighlighting(colours),
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap.filter(({ key }) => key !== "Mod-/"),
    ...searchKeymap.filter(({ key }) => key !== "Mod-Alt-g"),
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
    indentWithTab,
  ]),
];

/**
 * An editor that is not in the page yet.
 * @param {{path: string, text: string, label: string, changed: () => void, extensions: any}} of
 */
export function makeEditor({ path, text, label, changed, moved, extensions }) {
  return new EditorView({
    doc: text,
    extensions: [
      common,
      kindOf(path).language,
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed();
        if (update.docChanged || update.selectionSet) moved?.(update);
      }),
      extensions,
    ],
  });
}

/** Puts a place of a file into sight and the cursor there. Lines count from 1, columns from 0. */
export function reveal(view, line, column = 0, length = 0) {
  const { doc } = view.state;
  const at = doc.line(Math.max(1, Math.min(line, doc.lines)));
  const from = Math.min(at.from + column, at.to);
  const to = Math.min(from + length, at.to);
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: EditorView.scrollIntoView(from, { y: "center" }),
  });
  view.focus();
}
