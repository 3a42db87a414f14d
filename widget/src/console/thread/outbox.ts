/** What the signed-in person has sent and the server has not confirmed, in all conversations; it survives a reload. */
import { computed } from "@preact/signals";
import { Outbox } from "../../client/outbox";
import { me } from "../session";
import { store } from "../storage";

const who = computed(() => me.value?.id ?? "");

/** Each person's own: nobody sends what another has written in this browser. */
export const outbox = computed(() => new Outbox(store, who.value));
