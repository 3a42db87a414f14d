/** What stands within a line of Markdown: emphasis, code, links. */
import type { ComponentChild } from "preact";

const MAX_DEPTH = 8;
const PAIRS = ["**", "__", "~~", "*", "_"] as const;

/** The text of a block as elements; a line break is a line break, as in the chat. Only an article shows images. */
export function inline(text: string, isArticle = false): ComponentChild[] {
  return new Scanner(text, 0, isArticle).run();
}

/** An address that a person may follow: http, https, mailto, or a path of this site. */
export function harmless(url: string): string | null {
  const trimmed = url.trim();
  if (/^\/(?![/\\])/.test(trimmed)) return trimmed;
  try {
    const parsed = new URL(trimmed);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

class Scanner {
  private at = 0;
  private plain = "";
  private readonly out: ComponentChild[] = [];
  /** Marks that are not closed in the rest of the text: searched for once, not at each opening. */
  private readonly unclosed = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly depth: number,
    private readonly isArticle: boolean,
  ) {}

  run(): ComponentChild[] {
    while (this.at < this.text.length) if (!this.special()) this.plain += this.text[this.at++];
    this.flush();
    return this.out;
  }

  private special(): boolean {
    switch (this.text[this.at]) {
      case "\\":
        return this.escape();
      case "\n":
        this.push(<br />, this.at + 1);
        return true;
      case "`":
        return this.code();
      case "!":
        return this.image();
      case "[":
        return this.link();
      case "<":
        return this.address();
      case "*":
      case "_":
      case "~":
        return this.emphasis();
      default:
        return false;
    }
  }

  private push(made: ComponentChild, next: number) {
    this.flush();
    this.out.push(made);
    this.at = next;
  }

  private flush() {
    if (this.plain) this.out.push(this.plain);
    this.plain = "";
  }

  private inner(text: string): ComponentChild[] {
    return this.depth < MAX_DEPTH ? new Scanner(text, this.depth + 1, this.isArticle).run() : [text];
  }

  /** Where this closes; -1 where it does not. */
  private closing(mark: string, from: number): number {
    if (this.unclosed.has(mark)) return -1;
    const end = this.text.indexOf(mark, from);
    if (end < 0) this.unclosed.add(mark);
    return end;
  }

  private escape(): boolean {
    const next = this.text[this.at + 1] ?? "";
    if (!/[!-/:-@[-`{-~]/.test(next)) return false;
    this.plain += next;
    this.at += 2;
    return true;
  }

  private code(): boolean {
    const mark = /^`+/.exec(this.text.slice(this.at, this.at + 16))?.[0] ?? "`";
    const end = this.closing(mark, this.at + mark.length);
    if (end < 0) return false;
    this.push(<code>{this.text.slice(this.at + mark.length, end).trim()}</code>, end + mark.length);
    return true;
  }

  /** `[text](url)` at this place: where it ends, and its parts. */
  private target(at: number): { label: string; url: string; end: number } | null {
    const middle = this.closing("](", at);
    if (middle < 0) return null;
    const end = this.closing(")", middle);
    const label = this.text.slice(at + 1, middle);
    if (end < 0 || label.includes("[") || label.includes("\n\n")) return null;
    const url = this.text
      .slice(middle + 2, end)
      .replace(/\s+["'(].*$/, "")
      .replace(/^<|>$/g, "");
    return /\s/.test(url.trim()) ? null : { label, url, end: end + 1 };
  }

  private image(): boolean {
    if (this.text[this.at + 1] !== "[") return false;
    const found = this.target(this.at + 1);
    if (!found) return false;
    this.push(this.isArticle ? picture(found.label, found.url) : null, found.end);
    return true;
  }

  private link(): boolean {
    const found = this.target(this.at);
    if (!found) return false;
    const href = harmless(found.url);
    const label = this.inner(found.label);
    this.push(href ? <Outside href={href}>{label}</Outside> : <span>{label}</span>, found.end);
    return true;
  }

  private address(): boolean {
    const found = /^<((?:https?|mailto):[^\s<>]{1,2000})>/.exec(this.text.slice(this.at, this.at + 2010))?.[1];
    const href = found && harmless(found);
    if (!href) return false;
    this.push(<Outside href={href}>{found}</Outside>, this.at + found.length + 2);
    return true;
  }

  private emphasis(): boolean {
    const mark = PAIRS.find((pair) => this.text.startsWith(pair, this.at));
    if (!mark || /^\s?$/.test(this.text[this.at + mark.length] ?? "")) return false;
    // an underscore inside a word is one
    if (mark.startsWith("_") && /[\p{L}\p{N}]/u.test(this.text[this.at - 1] ?? "")) return false;
    const end = this.closing(mark, this.at + mark.length + 1);
    if (end < 0 || /\s/.test(this.text[end - 1] ?? "")) return false;
    const inner = this.inner(this.text.slice(this.at + mark.length, end));
    const made = mark === "~~" ? <del>{inner}</del> : mark.length === 2 ? <strong>{inner}</strong> : <em>{inner}</em>;
    this.push(made, end + mark.length);
    return true;
  }
}

/** An image of this server's own. One from elsewhere is a link, as on an article's page: nothing is loaded from it. */
function picture(description: string, url: string): ComponentChild {
  const href = harmless(url);
  if (!href) return description;
  return href.startsWith("/") ? <img src={href} alt={description} /> : <Outside href={href}>{description}</Outside>;
}

/** A link that opens elsewhere and tells nothing of here. */
export function Outside({ href, children }: { href: string; children: ComponentChild }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
