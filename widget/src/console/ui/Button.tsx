import type { ComponentChildren, JSX, Ref } from "preact";
import { Spinner } from "./states";

interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon"> {
  variant?: "primary" | "plain" | "quiet" | "danger";
  size?: "sm" | "md";
  /** Shows that it works and takes no further click. */
  busy?: boolean;
  icon?: ComponentChildren;
  buttonRef?: Ref<HTMLButtonElement>;
  children?: ComponentChildren;
}

export function Button({
  variant = "plain",
  size = "md",
  busy = false,
  icon,
  children,
  class: more,
  disabled,
  buttonRef,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      ref={buttonRef}
      class={`btn btn-${variant} btn-${size} ${more ?? ""}`}
      disabled={disabled}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : rest.onClick}
    >
      {busy ? <Spinner size={16} label="" /> : icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "children" | "variant" | "label"> {
  /** What it does: its name for everybody who does not see the icon, and its tooltip. */
  label: string;
  children: ComponentChildren;
  pressed?: boolean;
}

export function IconButton({
  label,
  children,
  size = "md",
  busy = false,
  pressed,
  class: more,
  buttonRef,
  icon: _,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      ref={buttonRef}
      class={`icon-btn icon-btn-${size} ${more ?? ""}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : rest.onClick}
    >
      {busy ? <Spinner size={16} label="" /> : children}
    </button>
  );
}
