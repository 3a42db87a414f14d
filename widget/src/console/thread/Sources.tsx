import type { Source } from "../../wire/schema";
import { BookIcon } from "../ui/icons";

/** A link only where it is one of the web, or a path of this server. */
const isAddress = (url: string) => /^(https?:\/\/|\/(?!\/))/i.test(url);

/** Where an answer was taken from. */
export function Sources({ sources }: { sources: Source[] }) {
  if (!sources.length) return null;
  return (
    <ul class="sources" aria-label="Sources">
      {sources.map((source) => (
        <li key={`${source.title} ${source.url}`}>
          <BookIcon size={14} />
          {source.url && isAddress(source.url) ? (
            <a class="link" href={source.url} target="_blank" rel="noopener noreferrer nofollow">
              {source.title}
            </a>
          ) : (
            source.title
          )}
        </li>
      ))}
    </ul>
  );
}
