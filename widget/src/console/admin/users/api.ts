/** Accounts as admins keep them. */
import { rest } from "../../session";
import type { Page } from "../../../wire/page";
import type { CreateUser, UpdateUser, User, UserDepartment, UserRole } from "../../../wire/schema";

export const ROLES: { value: UserRole; label: string }[] = [
  { value: "user", label: "User" },
  { value: "driver", label: "Driver" },
  { value: "agent", label: "Agent" },
  { value: "admin", label: "Administrator" },
];

export const DEPARTMENTS: { value: UserDepartment | ""; label: string }[] = [
  { value: "", label: "None: sees all" },
  { value: "IT", label: "IT" },
  { value: "HR", label: "HR" },
];

export const roleName = (role: UserRole) => ROLES.find((one) => one.value === role)?.label ?? role;

/** What to show of somebody. */
export const shownName = (user: User) => user.full_name || user.username;

const BASE = "/api/users";

export const users = {
  list: (params: { search: string; role: string; cursor: string | null }) =>
    rest.get<Page<User>>(BASE, { ...params, limit: 50 }),
  add: (draft: CreateUser) => rest.post<User>(BASE, draft),
  change: (id: string, change: UpdateUser) => rest.patch<User>(`${BASE}/${id}`, change),
};
