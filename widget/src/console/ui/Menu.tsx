import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { CheckIcon } from "./icons";

export interface MenuItem {
  label: string;
  /** Stands before the label. */
  icon?: ComponentChildren;
  /** Stands after it, softly. */
  hint?: string;
  /** Of a set of which one or more hold. */
  checked?: boolean;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

interface MenuProps {
  items: MenuItem[];
  /** What the menu is for. */
  label: string;
  /** The button that opens it: give these to it. */
  trigger: (button: {
    onClick: () => void;
    "aria-haspopup": "menu";
    "aria-expanded": boolean;
    "aria-controls": string | undefined;
    buttonRef: (element: HTMLButtonElement | null) => void;
  }) => ComponentChildren;
  align?: "start" | "end";
  side?: "below" | "above";
  /** Opened from outside, by a key. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/**
 * A button's menu: arrows, Home, End and first letters go, Enter chooses, Escape closes; the focus returns to the
 * button.
 */
export function Menu({
  items,
  label,
  trigger,
  align = "start",
  side = "below",
  open: wanted,
  onOpenChange,
}: MenuProps) {
  const [own, setOwn] = useState(false);
  const open = wanted ?? own;
  const id = useId();
  const button = useRef<HTMLButtonElement | null>(null);
  const set = (value: boolean) => {
    setOwn(value);
    onOpenChange?.(value);
  };
  const close = (refocus: boolean) => {
    set(false);
    if (refocus) button.current?.focus();
  };
  return (
    <span class="menu-anchor">
      {trigger({
        onClick: () => set(!open),
        "aria-haspopup": "menu",
        "aria-expanded": open,
        "aria-controls": open ? id : undefined,
        buttonRef: (element) => {
          button.current = element;
        },
      })}
      {open && <MenuList id={id} label={label} items={items} align={align} side={side} close={close} />}
    </span>
  );
}

interface ListProps {
  id: string;
  label: string;
  items: MenuItem[];
  align: "start" | "end";
  side: "below" | "above";
  close: (refocus: boolean) => void;
}

function MenuList({ id, label, items, align, side, close }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const buttons = () => [...(list.current?.querySelectorAll<HTMLButtonElement>("button:not(:disabled)") ?? [])];
  useLayoutEffect(() => {
    const all = buttons();
    (all.find((one) => one.getAttribute("aria-checked") === "true") ?? all[0])?.focus();
  }, []);
  useEffect(() => {
    const beside = (event: MouseEvent) => {
      if (!(event.target instanceof Node) || !list.current?.parentElement?.contains(event.target)) close(false);
    };
    document.addEventListener("mousedown", beside);
    return () => document.removeEventListener("mousedown", beside);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const focus = (index: number) => all[(index + all.length) % all.length]?.focus();
    if (event.key === "ArrowDown") focus(at + 1);
    else if (event.key === "ArrowUp") focus(at - 1);
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(all.length - 1);
    else if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return close(false);
    else if (event.key.length === 1 && event.key !== " ") {
      const after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      after.find((one) => one.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const checks = items.some((item) => item.checked !== undefined);
  return (
    <div
      ref={list}
      id={id}
      class={`menu menu-${align} menu-${side}`}
      role="menu"
      aria-label={label}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
          aria-checked={item.checked}
          tabIndex={-1}
          class={`menu-item ${item.danger ? "is-danger" : ""}`}
          disabled={item.disabled}
          onClick={() => {
            close(true);
            item.onSelect();
          }}
        >
          {checks && <span class="menu-check">{item.checked && <CheckIcon size={16} />}</span>}
          {item.icon}
          <span class="menu-label">{item.label}</span>
          {item.hint && <span class="menu-hint">{item.hint}</span>}
        </button>
      ))}
    </div>
  );
}
