/** The conversation that is open, and what its parts share. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { openConversation, route } from "../router";
import { me } from "../session";
import { ThreadStore } from "./ThreadStore";

export const thread = signal<ThreadStore | null>(null);

const wanted = computed(() => (me.value ? openConversation(route.value) : null));

effect(() => {
  const id = wanted.value;
  untracked(() => {
    thread.value?.close();
    thread.value = id ? new ThreadStore(id) : null;
  });
});

/** Which menu of the thread's header is open: keys open them too. */
export const openMenu = signal<"assign" | "snooze" | "priority" | null>(null);
export const labelsShown = signal(false);

/** What the composer is asked for from elsewhere. */
export const composerRequest = signal<{ mode?: "reply" | "note"; insert?: string; focus: boolean; at: number } | null>(
  null,
);
export const askComposer = (ask: { mode?: "reply" | "note"; insert?: string }) => {
  composerRequest.value = { ...ask, focus: true, at: performance.now() };
};

/** The message that the next reply answers. */
export const replyingTo = signal<{ conversation: string; id: string; name: string; text: string } | null>(null);
