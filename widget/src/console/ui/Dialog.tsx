import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./Button";
import { CloseIcon } from "./icons";

interface DialogProps {
  title: string;
  /** Called by Escape, the cross, and a click beside it. */
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at its foot. */
  actions?: ComponentChildren;
  size?: "sm" | "md" | "lg";
}

/** A modal dialog; rendered while open. The browser keeps the focus in it and gives it back after. */
export function Dialog({ title, onClose, children, actions, size = "md" }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    // what is to be filled in comes first, not the cross
    dialog?.querySelector<HTMLElement>(".dialog-body :is(input, textarea, select)")?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog dialog-${size}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === ref.current && onClose()}
    >
      <div class="dialog-box">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton label="Close" size="sm" onClick={onClose}>
            <CloseIcon size={18} />
          </IconButton>
        </header>
        <div class="dialog-body">{children}</div>
        {actions && <footer class="dialog-foot">{actions}</footer>}
      </div>
    </dialog>
  );
}
