/** What the administration's pages have in common. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button, Dialog, ErrorNote, IconButton, Spinner, toast } from "../ui";
import { CopyIcon } from "../ui/icons";
import { number } from "./format";
import type { Loaded } from "./load";
import "./admin.css";
import type { Page as PageOf } from "../../wire/page";

/** A page's frame: what it is for, what can be done, and what it shows. */
export function Page({
  intro,
  actions,
  children,
}: {
  intro: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <div class="admin">
      <div class="admin-head">
        <p class="admin-intro">{intro}</p>
        {actions && <div class="admin-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** What was loaded; before it a spinner, an error with another try above it. */
export function Shown<T>({ loaded, children }: { loaded: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const { value, error, loading, reload } = loaded;
  return (
    <div class="admin-shown" aria-busy={loading}>
      {error !== null && <ErrorNote error={error} retry={() => void reload()} />}
      {value !== null ? (
        children(value)
      ) : loading ? (
        <div class="center">
          <Spinner />
        </div>
      ) : null}
    </div>
  );
}

/** Asks before what cannot be taken back. */
export function Confirm({
  title,
  children,
  verb,
  act,
  onClose,
}: {
  title: string;
  children: ComponentChildren;
  verb: string;
  act: () => Promise<unknown>;
  onClose: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await act();
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      size="sm"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" busy={busy} onClick={() => void run()}>
            {verb}
          </Button>
        </>
      }
    >
      <div class="admin-said">{children}</div>
      <ErrorNote error={error} />
    </Dialog>
  );
}

/** Goes through pages by the server's cursors. */
export function Pager({
  page,
  what,
  go,
}: {
  page: Pick<PageOf<unknown>, "count" | "next" | "previous">;
  what: [one: string, many: string];
  go: (cursor: string) => void;
}) {
  const { count, next, previous } = page;
  return (
    <nav class="admin-pager" aria-label={`Pages of ${what[1]}`}>
      <span>
        {number(count)} {count === 1 ? what[0] : what[1]}
      </span>
      {(next || previous) && (
        <>
          <Button size="sm" disabled={!previous} onClick={() => previous && go(previous)}>
            Previous
          </Button>
          <Button size="sm" disabled={!next} onClick={() => next && go(next)}>
            Next
          </Button>
        </>
      )}
    </nav>
  );
}

/** A text with a button that copies it. */
export function Copied({ label, text }: { label: string; text: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied");
    } catch {
      // plain http, or refused: it can be marked and copied by hand
      toast("The browser did not let us copy. Mark the text and copy it.", "error");
    }
  };
  return (
    <div class="admin-copied">
      <code tabIndex={0} aria-label={label}>
        {text}
      </code>
      <IconButton label={`Copy ${label.toLowerCase()}`} onClick={() => void copy()}>
        <CopyIcon size={18} />
      </IconButton>
    </div>
  );
}

/** A switch: on or off, at once. */
export function Switch({
  label,
  on,
  busy = false,
  onChange,
}: {
  label: string;
  on: boolean;
  busy?: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <button
      type="button"
      role="switch"
      class="admin-switch"
      aria-checked={on}
      aria-label={label}
      aria-busy={busy || undefined}
      onClick={() => !busy && onChange(!on)}
    >
      <span aria-hidden="true" />
    </button>
  );
}

/** A date's or a payload's raw form, for those who look into it. */
export function Raw({ title, text }: { title: string; text: string }) {
  return (
    <details class="admin-raw">
      <summary>{title}</summary>
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}
