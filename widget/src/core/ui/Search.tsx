import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../kit/icons";
import type { SearchHit } from "../../wire/schema";
import { sanitizer } from "../sanitizer";
import { useView } from "../view";

/** The server is asked once nobody has typed for this long. */
const QUIET_MS = 250;

/** Finds messages of this conversation. */
export function Search() {
  const view = useView();
  const { t } = view.texts;
  const [words, setWords] = useState("");
  const hits = useHits(words);
  const field = useRef<HTMLInputElement>(null);
  const close = () => (view.isSearching.value = false);
  useEffect(() => field.current?.focus(), []);
  const escaped = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  };
  return (
    <div class="search" onKeyDown={escaped}>
      <div class="search-bar">
        <button type="button" class="icon-button" aria-label={t("cancel")} onClick={close}>
          <Icon name="back" />
        </button>
        <input
          ref={field}
          type="search"
          value={words}
          placeholder={t("searchIn")}
          aria-label={t("searchIn")}
          maxLength={200}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </div>
      <p class="search-count" role="status">
        {hits && (hits.length > 0 ? t("found", { n: hits.length }) : t("nothingFound"))}
      </p>
      <ul class="hits">
        {hits?.map((hit) => (
          <Hit key={hit.id} hit={hit} close={close} />
        ))}
      </ul>
    </div>
  );
}

/** What is found of these words; null where there are none. */
function useHits(words: string): readonly SearchHit[] | null {
  const view = useView();
  const { actions } = view.chat.value;
  const [hits, setHits] = useState<readonly SearchHit[] | null>(null);
  useEffect(() => {
    if (words.trim() === "") return setHits(null);
    const abort = new AbortController();
    const ask = () => actions.search(words.trim(), abort.signal).then((page) => setHits(page.results));
    const timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (!abort.signal.aborted) return view.attempt(Promise.reject(error));
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [words]);
  return hits;
}

/** A message that was found; choosing it goes there. */
function Hit({ hit, close }: { hit: SearchHit; close: () => void }) {
  const view = useView();
  const choose = () => {
    close();
    void view.attempt(view.jumpTo(hit.id), view.texts.t("loadFailed"));
  };
  return (
    <li>
      <button type="button" class="hit" onClick={choose}>
        <span class="hit-head">
          <span>{view.nameOf(hit)}</span>
          <time dateTime={hit.created_at}>{view.times.value.whole(hit.created_at)}</time>
        </span>
        <Snippet hit={hit} />
      </button>
    </li>
  );
}

function Snippet({ hit }: { hit: SearchHit }) {
  const { apiBase } = useView().options.value;
  const element = useRef<HTMLSpanElement>(null);
  const sanitize = sanitizer.value;
  useLayoutEffect(() => {
    if (sanitize) element.current?.replaceChildren(sanitize(apiBase, hit.snippet));
    else if (element.current) element.current.textContent = hit.text;
  }, [sanitize, apiBase, hit]);
  return <span ref={element} class="hit-text" />;
}
