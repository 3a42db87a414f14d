import type { ComponentType } from "preact";

/** A page beside the conversations, below /console/<path>. */
export interface AdminPage {
  path: string;
  title: string;
  icon: ComponentType;
  roles: ("agent" | "admin")[];
  Component: ComponentType;
}

export const adminPages: AdminPage[] = [];
