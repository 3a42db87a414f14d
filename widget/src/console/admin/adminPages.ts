import type { ComponentType } from "preact";
import { BoltIcon, BookIcon, ChartIcon, RefreshIcon, UsersIcon, WebhookIcon } from "../ui/icons";
import { JobsPage } from "./jobs/JobsPage";
import { ArticlesPage } from "./knowledge/ArticlesPage";
import { RepliesPage } from "./replies/RepliesPage";
import { StatsPage } from "./stats/StatsPage";
import { UsersPage } from "./users/UsersPage";
import { WebhooksPage } from "./webhooks/WebhooksPage";

/** A page beside the conversations, below /console/<path>. */
export interface AdminPage {
  path: string;
  title: string;
  icon: ComponentType<{ size?: number }>;
  roles: ("agent" | "admin")[];
  Component: ComponentType;
}

export const adminPages: AdminPage[] = [
  { path: "stats", title: "Live figures", icon: ChartIcon, roles: ["agent", "admin"], Component: StatsPage },
  { path: "articles", title: "Knowledge", icon: BookIcon, roles: ["agent", "admin"], Component: ArticlesPage },
  {
    path: "replies",
    title: "Canned replies and labels",
    icon: BoltIcon,
    roles: ["agent", "admin"],
    Component: RepliesPage,
  },
  { path: "users", title: "Users", icon: UsersIcon, roles: ["admin"], Component: UsersPage },
  { path: "webhooks", title: "Webhooks", icon: WebhookIcon, roles: ["admin"], Component: WebhooksPage },
  { path: "jobs", title: "Jobs", icon: RefreshIcon, roles: ["admin"], Component: JobsPage },
];
