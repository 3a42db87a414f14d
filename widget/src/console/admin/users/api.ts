/** Accounts as admins keep them. */
import { rest } from "../../session";
import type { Paged } from "../parts";

export type Role = "user" | "driver" | "agent" | "admin" | "bot";
export type Department = "IT" | "HR";

export interface User {
  id: string;
  username: string;
  full_name?: string | null;
  email?: string | null;
  role: Role;
  department?: Department | null;
  is_disabled: boolean;
  is_visitor: boolean;
  created_at: string;
}

export interface UserDraft {
  username: string;
  password: string;
  role: Role;
  email: string | null;
  full_name: string | null;
  department: Department | null;
}

interface UserChange {
  role?: Role;
  department?: Department | null;
  full_name?: string | null;
  is_disabled?: boolean;
  password?: string;
}

export const ROLES: { value: Role; label: string }[] = [
  { value: "user", label: "User" },
  { value: "driver", label: "Driver" },
  { value: "agent", label: "Agent" },
  { value: "admin", label: "Administrator" },
];

export const DEPARTMENTS: { value: Department | ""; label: string }[] = [
  { value: "", label: "None: sees all" },
  { value: "IT", label: "IT" },
  { value: "HR", label: "HR" },
];

export const roleName = (role: Role) => ROLES.find((one) => one.value === role)?.label ?? role;

/** What to show of somebody. */
export const shownName = (user: User) => user.full_name || user.username;

const BASE = "/api/users";

export const users = {
  list: (params: { search: string; role: string; cursor: string | null }) =>
    rest.get<Paged<User>>(BASE, { ...params, limit: 50 }),
  add: (draft: UserDraft) => rest.post<User>(BASE, draft),
  change: (id: string, change: UserChange) => rest.patch<User>(`${BASE}/${id}`, change),
};
