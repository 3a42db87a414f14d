/** What stands where there is nothing, not yet, or an error. */
import type { ComponentChildren } from "preact";
import { describe } from "../../client/problem";
import { Button } from "./Button";
import { AlertIcon } from "./icons";

/** With an empty label it is decoration. */
export function Spinner({ size = 24, label = "Loading" }: { size?: number; label?: string }) {
  return (
    <span
      class="spinner"
      style={{ width: `${size}px`, height: `${size}px` }}
      role={label ? "status" : undefined}
      aria-label={label || undefined}
      aria-hidden={label ? undefined : "true"}
    />
  );
}

export function Empty({
  icon,
  title,
  children,
}: {
  icon?: ComponentChildren;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      {icon && <span class="empty-icon">{icon}</span>}
      <p class="empty-title">{title}</p>
      {children && <div class="empty-text">{children}</div>}
    </div>
  );
}

export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  if (!error) return null;
  return (
    <div class="error-note" role="alert">
      <AlertIcon size={18} />
      <span class="error-note-text">{describe(error)}</span>
      {retry && (
        <Button size="sm" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
