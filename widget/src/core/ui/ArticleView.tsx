import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../kit/icons";
import { type HelpPage, readPage, sayInstead } from "../article";
import { followHelp } from "./follow";
import { adopt } from "../styles";
import { useView } from "../view";
import css from "./article.css?inline";

/** An article of the help centre, over the conversation. */
export function ArticleView({ href }: { href: string }) {
  const view = useView();
  const { t } = view.texts;
  const root = useRef<HTMLElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const { page, isFailed } = usePage(href);
  useLayoutEffect(() => adopt(root.current, [css]), []);
  useEffect(() => back.current?.focus(), [href]);
  const escaped = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    view.closeArticle();
  };
  return (
    <section
      ref={root}
      class="article"
      aria-label={page?.title ?? t("loading")}
      aria-busy={!page && !isFailed}
      onKeyDown={escaped}
    >
      <div class="article-bar">
        <button ref={back} type="button" class="icon-button" aria-label={t("back")} onClick={() => view.closeArticle()}>
          <Icon name="back" />
        </button>
        <p class="article-place">{page?.title}</p>
        <a class="icon-button" href={href} target="_blank" rel="noopener" aria-label={t("newTab")} title={t("newTab")}>
          <Icon name="external" />
        </a>
      </div>
      {page ? (
        <Content key={href} page={page} />
      ) : (
        <p class="article-state" role="status">
          {t(isFailed ? "articleFailed" : "loading")}
        </p>
      )}
    </section>
  );
}

/** The article's page, once it is here. What cannot be shown here is opened by itself. */
function usePage(href: string): { page: HelpPage | null; isFailed: boolean } {
  const view = useView();
  const [loaded, setLoaded] = useState<{ href: string; page: HelpPage | null } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    readPage(href, view.options.value.apiBase, abort.signal).then(
      (page) => setLoaded({ href, page }),
      () => {
        if (abort.signal.aborted) return;
        const tab = window.open(href, "_blank");
        // where the browser does not let us, the view says so, with the link above it
        if (!tab) return setLoaded({ href, page: null });
        tab.opener = null;
        view.closeArticle();
      },
    );
    return () => abort.abort();
  }, [href]);
  const now = loaded?.href === href ? loaded : null;
  return { page: now?.page ?? null, isFailed: now?.page === null };
}

function Content({ page }: { page: HelpPage }) {
  const view = useView();
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    body.current?.replaceChildren(page.content);
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [page]);
  return (
    <div ref={scroller} class="article-text" tabIndex={0} lang={page.lang || undefined} dir={page.dir}>
      <h3 class="article-title">{page.title}</h3>
      <div
        ref={body}
        class="html"
        onClick={(event) => followHelp(view, event)}
        onErrorCapture={(event) => sayInstead(event.target)}
      />
    </div>
  );
}
