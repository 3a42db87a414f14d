import type { ComponentChildren } from "preact";

interface BadgeProps {
  tone?: "plain" | "primary" | "ok" | "warn" | "danger" | "note";
  children: ComponentChildren;
}

export function Badge({ tone = "plain", children }: BadgeProps) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}
