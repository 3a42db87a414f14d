import { useState } from "preact/hooks";
import { describe } from "../../../client/problem";
import { colleagues } from "../../desk/directory";
import { Button, Dialog, toast } from "../../ui";
import { Time } from "../../ui/Time";
import { useLoaded } from "../load";
import { Shown } from "../parts";
import type { Article, ArticleVersion } from "../../../wire/schema";
import { Comparison } from "./Comparison";
import { knowledge } from "./api";

interface HistoryProps {
  article: Article;
  isDirty: boolean;
  onRestored: (article: Article) => void;
}

/** What an article said before; loaded when somebody looks. */
export function History({ article, isDirty, onRestored }: HistoryProps) {
  const [isOpen, setOpen] = useState(false);
  if (article.version === 1) return null;
  return (
    <section class="admin-card" aria-label="History">
      <h2>History</h2>
      {isOpen ? (
        <Versions key={article.version} article={article} isDirty={isDirty} onRestored={onRestored} />
      ) : (
        <Button onClick={() => setOpen(true)}>Show earlier versions</Button>
      )}
    </section>
  );
}

function Versions({ article, isDirty, onRestored }: HistoryProps) {
  const loaded = useLoaded(async () => {
    const [versions] = await Promise.all([knowledge.versions(article.id), colleagues.want()]);
    return versions;
  }, [article.id]);
  const [compared, setCompared] = useState<ArticleVersion | null>(null);
  return (
    <Shown loaded={loaded}>
      {(versions) => (
        <>
          <ol class="knowledge-plain" aria-label="Versions">
            {versions.map((version) => (
              <li key={version.number} class="history-version">
                <span class="admin-strong">Version {version.number}</span>
                <span class="admin-soft">
                  until <Time at={version.replaced_at} />, when {nameOf(version.replaced_by)} changed it
                </span>
                <Button size="sm" onClick={() => setCompared(version)} aria-label={`Compare version ${version.number}`}>
                  Compare
                </Button>
              </li>
            ))}
          </ol>
          {compared && (
            <Compared
              article={article}
              version={compared}
              isDirty={isDirty}
              onRestored={onRestored}
              onClose={() => setCompared(null)}
            />
          )}
        </>
      )}
    </Shown>
  );
}

const nameOf = (id: string): string =>
  colleagues.items.value.find((one) => String(one.id) === id)?.name ?? "somebody who is no colleague any more";

/** How a version differs from what the article says now, and the way back to it. */
function Compared({
  article,
  version,
  isDirty,
  onRestored,
  onClose,
}: HistoryProps & { version: ArticleVersion; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const restore = async () => {
    setBusy(true);
    try {
      const restored = await knowledge.restore(article.id, version.number);
      toast(`Version ${version.number} was put back`);
      onClose();
      onRestored(restored);
    } catch (error) {
      setBusy(false);
      toast(describe(error), "error");
    }
  };
  return (
    <Dialog
      title={`Version ${version.number} and what it says now`}
      size="lg"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button variant="primary" busy={busy} onClick={() => void restore()}>
            Restore version {version.number}
          </Button>
        </>
      }
    >
      {(isDirty || article.draft) && <p class="admin-warn">Restoring discards the changes that are not published.</p>}
      <Comparison before={version.content} after={article} />
    </Dialog>
  );
}
