import { signal } from "@preact/signals";
import { IconButton } from "./Button";
import { AlertIcon, CheckIcon, CloseIcon } from "./icons";

interface Toast {
  id: number;
  text: string;
  tone: "ok" | "error";
  action: { label: string; onSelect: () => void } | undefined;
}

const toasts = signal<Toast[]>([]);
let last = 0;

const dismiss = (id: number) => {
  toasts.value = toasts.value.filter((one) => one.id !== id);
};

/** Says briefly what was done, or what went wrong. */
export function toast(text: string, tone: "ok" | "error" = "ok", action?: Toast["action"]): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-3), { id, text, tone, action }];
  setTimeout(() => dismiss(id), tone === "error" ? 9_000 : 5_000);
}

/** Where they appear; once in the page. */
export function Toasts() {
  return (
    <div class="toasts" role="region" aria-label="Messages of the console" aria-live="polite">
      {toasts.value.map((one) => (
        <div key={one.id} class={`toast toast-${one.tone}`} role={one.tone === "error" ? "alert" : undefined}>
          {one.tone === "error" ? <AlertIcon size={18} /> : <CheckIcon size={18} />}
          <span class="toast-text">{one.text}</span>
          {one.action && (
            <button
              type="button"
              class="toast-action"
              onClick={() => {
                dismiss(one.id);
                one.action?.onSelect();
              }}
            >
              {one.action.label}
            </button>
          )}
          <IconButton label="Dismiss" size="sm" onClick={() => dismiss(one.id)}>
            <CloseIcon size={16} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
