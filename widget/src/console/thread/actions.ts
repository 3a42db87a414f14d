/** What an agent does with the open conversation; each shows its outcome or says why not. */
import { conversations } from "../desk/api";
import { dayAndTime } from "../time";
import { titleOf, priorities } from "../desk/words";
import type { Conversation, ConversationStatus, PriorityWord, UpdateConversation } from "../../wire/schema";
import { apply } from "../inbox/list";
import { Problem, describe } from "../../client/problem";
import { me } from "../session";
import { toast } from "../ui";
import { thread } from "./current";

/** Puts the answer where it shows. */
function show(conversation: Conversation): void {
  const open = thread.value;
  if (open?.id === conversation.id) open.changed(conversation);
  else apply(conversation);
}

async function act(
  work: Promise<Conversation>,
  done?: string | ((now: Conversation) => string),
  undo?: () => void,
): Promise<boolean> {
  try {
    const now = await work;
    show(now);
    if (done)
      toast(typeof done === "string" ? done : done(now), "ok", undo ? { label: "Undo", onSelect: undo } : undefined);
    return true;
  } catch (error) {
    toast(describe(error), "error");
    return false;
  }
}

export async function claim(id: string): Promise<void> {
  try {
    show(await conversations.claim(id));
    const open = thread.value;
    if (open?.id === id) open.summary.takenOver(open.messages.value.length);
    toast("You are on it. The assistant is silent now.");
  } catch (error) {
    toast(describe(error), "error");
    // somebody was faster: show who
    if (error instanceof Problem && error.status === 409) await act(conversations.get(id));
  }
}

export const assign = (id: string, to: { id: string; name: string } | null) =>
  act(
    conversations.assign(id, to?.id ?? null),
    to ? (to.id === me.value?.id ? "Assigned to you." : `Assigned to ${to.name}.`) : "Nobody is assigned now.",
  );

export const handBack = (id: string) => act(conversations.handBack(id), "The assistant answers again.");

const change = (id: string, what: UpdateConversation, done?: string, undo?: () => void) =>
  act(conversations.change(id, what), done, undo);

export function setStatus(
  conversation: Conversation,
  status: Exclude<ConversationStatus, "snoozed">,
): Promise<boolean> {
  const before = conversation.status;
  const undo =
    before !== "snoozed" && before !== status ? () => void change(conversation.id, { status: before }) : undefined;
  const said = { resolved: "Resolved.", open: "Open again.", pending: "Marked as pending." }[status];
  return change(conversation.id, { status }, said, status === "resolved" ? undo : undefined);
}

export const snooze = (id: string, until: Date) =>
  change(id, { status: "snoozed", snoozed_until: until.toISOString() }, `Snoozed until ${dayAndTime(until)}.`);

export const setPriority = (id: string, priority: PriorityWord) =>
  change(id, { priority }, `Priority: ${titleOf(priorities, priority)}.`);

export const setLabels = (id: string, label_ids: number[]) => change(id, { label_ids });
