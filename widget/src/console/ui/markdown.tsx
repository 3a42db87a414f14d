/**
 * Markdown as Preact elements, for previews: what the server's renderer lets through
 * (shared/markup/src/markdown.rs), made
 * without any HTML, so that no text can run. HTML in the text is shown as text; images are left out,
 * but for an article's own.
 */
import type { ComponentChild, VNode } from "preact";
import { inline } from "./inline";
import "./markdown.css";

/** Blocks inside blocks (quotes, lists) go this deep; what is deeper is shown as text. */
const MAX_DEPTH = 8;

/** Where a block stands, and what it is a block of. */
interface Place {
  depth: number;
  /** Of an article, whose lines may be broken anywhere; in the chat a line break is meant. */
  isArticle: boolean;
}

const within = (place: Place): Place => ({ ...place, depth: place.depth + 1 });

/** The text, rendered as in the chat, or as on an article's page. */
export function Markdown({ text, isArticle = false }: { text: string; isArticle?: boolean }): VNode {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  return <div class="sb-markdown">{blocks(lines, { depth: 0, isArticle })}</div>;
}

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t#]*$/;
const RULE = /^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/;
const DIVIDER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Where a line ends with what breaks it. */
const BROKEN = /(?: {2}|\\)$/;

/** Whether this line ends a paragraph before it. */
const interrupts = (line: string) =>
  line.trim() === "" ||
  FENCE.test(line) ||
  HEADING.test(line) ||
  RULE.test(line) ||
  QUOTE.test(line) ||
  ITEM.test(line);

function blocks(lines: string[], place: Place): ComponentChild[] {
  const out: ComponentChild[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const [made, next] = block(lines, at, place);
    out.push(made);
    at = next;
  }
  return out;
}

/** The block that begins at this line, and the line after it. */
function block(lines: string[], at: number, place: Place): [ComponentChild, number] {
  const line = lines[at] ?? "";
  if (FENCE.test(line)) return fence(lines, at);
  const heading = HEADING.exec(line);
  if (heading) return [headed(heading[1]?.length ?? 1, heading[2] ?? "", place), at + 1];
  if (RULE.test(line)) return [<hr />, at + 1];
  if (place.depth < MAX_DEPTH && QUOTE.test(line)) return quote(lines, at, place);
  if (place.depth < MAX_DEPTH && ITEM.test(line)) return list(lines, at, place);
  if (line.includes("|") && DIVIDER.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-"))
    return table(lines, at, place);
  return paragraph(lines, at, place);
}

function headed(level: number, text: string, { isArticle }: Place): VNode {
  // the server lets four levels through, and shows the others' text
  const Tag = level <= 4 ? (`h${level}` as "h1") : "p";
  return <Tag>{inline(text, isArticle)}</Tag>;
}

function fence(lines: string[], at: number): [VNode, number] {
  const mark = FENCE.exec(lines[at] ?? "")?.[1] ?? "```";
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? "").trimStart().startsWith(mark)) end += 1;
  const code = lines.slice(at + 1, end).join("\n");
  return [
    <pre>
      <code>{code}</code>
    </pre>,
    end + 1,
  ];
}

function quote(lines: string[], at: number, place: Place): [VNode, number] {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end] ?? "")) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [<blockquote>{blocks(inner, within(place))}</blockquote>, end];
}

function list(lines: string[], at: number, place: Place): [VNode, number] {
  const first = ITEM.exec(lines[at] ?? "");
  const ordered = /\d/.test(first?.[2] ?? "");
  const items: VNode[] = [];
  let next = at;
  for (;;) {
    const mark = ITEM.exec(lines[next] ?? "");
    if (!mark || RULE.test(lines[next] ?? "") || /\d/.test(mark[2] ?? "") !== ordered) break;
    const indent = mark[0].length;
    const inner = [(lines[next] ?? "").slice(indent)];
    next += 1;
    // what is indented belongs to the item, and an empty line before it too
    while (next < lines.length) {
      const line = lines[next] ?? "";
      const follows =
        line.trim() === "" ? /^ {2,}\S/.test(lines[next + 1] ?? "") : /^ {2,}/.test(line) || !interrupts(line);
      if (!follows) break;
      inner.push(line.replace(new RegExp(`^ {0,${indent}}`), ""));
      next += 1;
    }
    items.push(<li>{tight(blocks(inner, within(place)))}</li>);
    // one empty line may part two items
    if ((lines[next] ?? "").trim() === "" && ITEM.test(lines[next + 1] ?? "")) next += 1;
  }
  const start = Number.parseInt(first?.[2] ?? "1", 10);
  return [ordered ? <ol start={start}>{items}</ol> : <ul>{items}</ul>, next];
}

/** An item's only paragraph is shown without its own space. */
function tight(inner: ComponentChild[]): ComponentChild[] {
  const [first, ...rest] = inner;
  const isParagraph = typeof first === "object" && first !== null && "type" in first && first.type === "p";
  return isParagraph ? [(first as VNode<{ children?: ComponentChild }>).props.children, ...rest] : inner;
}

function table(lines: string[], at: number, { isArticle }: Place): [VNode, number] {
  const head = cells(lines[at] ?? "");
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|") && (lines[end] ?? "").trim() !== "") end += 1;
  const rows = lines.slice(at + 2, end).map(cells);
  const made = (
    <table>
      <thead>
        <tr>
          {head.map((text) => (
            <th>{inline(text, isArticle)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {head.map((_, column) => (
              <td>{inline(row[column] ?? "", isArticle)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  return [made, end];
}

const cells = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((text) => text.trim());

function paragraph(lines: string[], at: number, { isArticle }: Place): [VNode, number] {
  let end = at + 1;
  while (end < lines.length && !interrupts(lines[end] ?? "")) end += 1;
  const text = lines
    .slice(at, end)
    .map((line) => (isArticle && !BROKEN.test(line) ? `${line.trim()} ` : `${line.trim().replace(/\\$/, "")}\n`))
    .join("");
  return [<p>{inline(text.trim(), isArticle)}</p>, end];
}
