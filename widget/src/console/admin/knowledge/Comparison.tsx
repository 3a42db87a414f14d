import type { ArticleContent } from "../../../wire/schema";
import { type Part, type Piece, compare } from "./compare";

/** Two states of an article: what went is struck through, what came is underlined. */
export function Comparison({ before, after }: { before: ArticleContent; after: ArticleContent }) {
  const changes = compare(before, after);
  if (changes.length === 0) return <p class="admin-soft">Both say the same.</p>;
  return (
    <div class="comparison">
      {changes.map(({ name, parts }) => (
        <section key={name} aria-label={name}>
          <h3>{name}</h3>
          <div class="comparison-text" dir="auto">
            {parts.map((part, place) => (
              <PartView key={place} part={part} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function PartView({ part }: { part: Part }) {
  if (part.kind === "gap") return <p class="comparison-gap">{part.lines} lines are the same</p>;
  return (
    <p>
      {part.pieces.map((piece, place) => (
        <PieceView key={place} piece={piece} />
      ))}
    </p>
  );
}

function PieceView({ piece: { kind, text } }: { piece: Piece }) {
  if (kind === "same") return <>{text}</>;
  const Tag = kind === "added" ? "ins" : "del";
  return (
    <Tag>
      <span class="sr-only">{kind === "added" ? " added: " : " removed: "}</span>
      {text || "\u00b6"}
      <span class="sr-only">; </span>
    </Tag>
  );
}
