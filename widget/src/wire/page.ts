import type { ConversationPage } from "./schema";

/** A page of a list; every list that is longer than a page has this shape. */
export type Page<T> = Omit<ConversationPage, "results"> & { results: T[] };
