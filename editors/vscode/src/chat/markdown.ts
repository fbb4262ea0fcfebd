/**
 * The Markdown of chat texts as a tree of plain objects: what a page makes elements of, one by one,
 * so that nothing a bot says is ever read as HTML.
 */

/** A piece of a line. */
export type Inline =
  | { kind: "text" | "code" | "strong" | "emphasis"; text: string }
  | { kind: "link"; text: string; url: string };

/** A block: a paragraph of lines, a list, code, or a heading. */
export type Block =
  | { kind: "paragraph"; lines: Inline[][] }
  | { kind: "heading"; line: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "code"; text: string };

const INLINE =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|__([^_\n]+)__|\*([^*\s][^*\n]*)\*|\b_([^_\n]+)_\b|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>"')]+)/g;

/** The pieces of a line. */
export function inline(line: string): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  for (const match of line.matchAll(INLINE)) {
    if (match.index > from) found.push({ kind: "text", text: line.slice(from, match.index) });
    found.push(piece(match));
    from = match.index + match[0].length;
  }
  if (from < line.length) found.push({ kind: "text", text: line.slice(from) });
  return found;
}

function piece([whole, code, strong, strong2, emphasis, emphasis2, label, url, bare]: RegExpMatchArray): Inline {
  if (code !== undefined) return { kind: "code", text: code };
  if (strong ?? strong2) return { kind: "strong", text: (strong ?? strong2) as string };
  if (emphasis ?? emphasis2) return { kind: "emphasis", text: (emphasis ?? emphasis2) as string };
  if (label !== undefined && url !== undefined) return { kind: "link", text: label, url };
  return { kind: "link", text: whole, url: bare ?? whole };
}

const ITEM = /^\s*(?:([-*+])|(\d+)[.)])\s+(.*)$/;

/** The blocks of a text. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  let code: string[] | undefined;
  for (const line of text.split("\n")) {
    if (/^\s*```/.test(line)) {
      if (code) found.push({ kind: "code", text: code.join("\n") });
      code = code ? undefined : [];
    } else if (code) code.push(line);
    else add(found, line);
  }
  if (code) found.push({ kind: "code", text: code.join("\n") });
  return found.filter((block) => block.kind !== "paragraph" || block.lines.length > 0);
}

function add(found: Block[], line: string): void {
  const last = found.at(-1);
  const item = ITEM.exec(line);
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  if (heading) found.push({ kind: "heading", line: inline(heading[1] ?? "") });
  else if (item) {
    const ordered = item[2] !== undefined;
    const content = inline(item[3] ?? "");
    if (last?.kind === "list" && last.ordered === ordered) last.items.push(content);
    else found.push({ kind: "list", ordered, items: [content] });
  } else if (line.trim() === "") found.push({ kind: "paragraph", lines: [] });
  else if (last?.kind === "paragraph") last.lines.push(inline(line));
  else found.push({ kind: "paragraph", lines: [inline(line)] });
}
