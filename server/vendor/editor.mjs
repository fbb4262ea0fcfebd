/** What the studio takes from CodeMirror, as one module. */

export {
  ChangeSet,
  Compartment,
  EditorSelection,
  EditorState,
  Prec,
  StateEffect,
  StateField,
} from "@codemirror/state";
export {
  Decoration,
  EditorView,
  ViewPlugin,
  WidgetType,
  crosshairCursor,
  drawSelection,
  dropCursor,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
  placeholder,
  rectangularSelection,
  tooltips,
} from "@codemirror/view";
export {
  cursorMatchingBracket,
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  redo,
  toggleComment,
  toggleTabFocusMode,
  undo,
} from "@codemirror/commands";
export {
  HighlightStyle,
  StreamLanguage,
  bracketMatching,
  codeFolding,
  foldAll,
  foldGutter,
  foldKeymap,
  foldService,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
  unfoldAll,
} from "@codemirror/language";
export {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  selectedCompletion,
  snippet,
  startCompletion,
} from "@codemirror/autocomplete";
export {
  forEachDiagnostic,
  lintGutter,
  lintKeymap,
  nextDiagnostic,
  setDiagnostics,
} from "@codemirror/lint";
export {
  gotoLine,
  highlightSelectionMatches,
  openSearchPanel,
  search,
  searchKeymap,
} from "@codemirror/search";
export { MergeView, unifiedMergeView } from "@codemirror/merge";
export {
  LSPClient,
  LSPPlugin,
  Workspace,
  findReferences,
  formatDocument,
  jumpToDefinition,
  showSignatureHelp,
  signatureHelp,
} from "@codemirror/lsp-client";
export { css } from "@codemirror/lang-css";
export { tags } from "@lezer/highlight";
