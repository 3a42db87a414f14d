/** The pages beside the conversations and the bell; a chunk of their own, loaded once somebody is signed in. */
import { computed, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { AdminPage } from "../admin/adminPages";
import { me } from "../session";

const loaded = signal<AdminPage[] | null>(null);

/** The notifications' bell, once loaded. */
export const bell = signal<ComponentType | null>(null);

/** Those that the signed-in person may open; null while they load. */
export const pages = computed(() => {
  const role = me.value?.role;
  return loaded.value && role ? loaded.value.filter((page) => page.roles.includes(role)) : null;
});

export async function loadPages(): Promise<void> {
  const [{ adminPages }, { NotificationBell }] = await Promise.all([
    import("../admin/adminPages"),
    import("../notifications/NotificationBell"),
  ]);
  loaded.value = adminPages;
  // a component is a function: a signal holds it as it is
  bell.value = NotificationBell;
}
