import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { dayAndTime } from "../time";
import type { Conversation, PriorityWord } from "../../wire/schema";
import { fullName } from "../../kit/names";
import { isWork, priorities, statuses, titleOf } from "../desk/words";
import { Avatar, Button, IconButton, Select } from "../ui";
import { CloseIcon, TagIcon } from "../ui/icons";
import { setPriority } from "../thread/actions";
import { labelsShown, thread as current } from "../thread/current";
import type { ThreadStore } from "../thread/ThreadStore";
import { CustomerCard } from "./CustomerCard";
import { OtherConversations } from "./OtherConversations";
import { TraceList } from "./TraceList";
import { contextShown } from "./shown";

/** What there is to know about the open conversation. */
export function ContextPanel() {
  const thread = current.value;
  if (!thread || !contextShown.value) return null;
  return <Panel key={thread.id} thread={thread} />;
}

function Panel({ thread }: { thread: ThreadStore }) {
  const conversation = thread.conversation.value;
  // the bot's last word: what it did is read again when it speaks
  const spoken = useComputed(() => thread.messages.value.filter((one) => one.type === "bot").pop()?.id ?? "");
  if (!conversation || thread.gone.value) return null;
  return (
    <aside class="context" aria-label="Details">
      <header class="context-head">
        <h2>Details</h2>
        <IconButton label="Close the details" onClick={() => (contextShown.value = false)}>
          <CloseIcon />
        </IconButton>
      </header>
      <div class="context-body" tabIndex={0} role="region" aria-label="Details of the conversation">
        {conversation.customer && <CustomerCard conversation={conversation} />}
        <Section title="Conversation">
          <Facts conversation={conversation} />
        </Section>
        {isWork(conversation) && (
          <Section title="Labels">
            <Labels conversation={conversation} />
          </Section>
        )}
        <Section title="People here">
          <People thread={thread} conversation={conversation} />
        </Section>
        {conversation.customer && <OtherConversations conversation={conversation} />}
        {conversation.kind === "support" && <TraceList id={conversation.id} spoken={spoken.value} />}
      </div>
    </aside>
  );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <details class="section" open>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

export function Detail({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ conversation }: { conversation: Conversation }) {
  const { ticket } = conversation;
  return (
    <dl class="facts">
      <Detail name="Status">
        {titleOf(statuses, conversation.status)}
        {conversation.status === "snoozed" &&
          conversation.snoozed_until &&
          ` until ${dayAndTime(conversation.snoozed_until)}`}
      </Detail>
      <Detail name="Assigned to">{conversation.assignee?.name ?? "Nobody"}</Detail>
      {isWork(conversation) && (
        <Detail name="Priority">
          <Select
            id="context-priority"
            class="compact"
            label="Priority"
            hideLabel
            value={conversation.priority}
            options={priorities.map(({ key, title }) => ({ value: key, label: title }))}
            onChange={(value) => void setPriority(conversation.id, value as PriorityWord)}
          />
        </Detail>
      )}
      {conversation.kind === "support" && (
        <Detail name="Assistant">{conversation.bot === "on" ? "Answers" : "Silent"}</Detail>
      )}
      <Detail name="Begun">{dayAndTime(conversation.created_at)}</Detail>
      {ticket && (
        <>
          <Detail name="Ticket">{ticket.ticket_id}</Detail>
          <Detail name="Number">{ticket.support_id}</Detail>
          <Detail name="Ticket status">{ticket.status.replace(/_/g, " ")}</Detail>
          {ticket.urgency && <Detail name="Urgency">{ticket.urgency}</Detail>}
          {ticket.department && <Detail name="Department">{ticket.department}</Detail>}
        </>
      )}
    </dl>
  );
}

function Labels({ conversation }: { conversation: Conversation }) {
  return (
    <div class="label-chips">
      {conversation.labels?.map((label) => (
        <span key={label.id} class="chip">
          <span class="label-dot" style={{ background: label.color }} />
          <bdi>{label.name}</bdi>
        </span>
      ))}
      <Button size="sm" variant="quiet" icon={<TagIcon size={16} />} onClick={() => (labelsShown.value = true)}>
        {conversation.labels?.length ? "Change" : "Add labels"}
      </Button>
    </div>
  );
}

const parts = { owner: "Customer", member: "Member", agent: "Agent", bot: "Assistant" } as const;

function People({ thread, conversation }: { thread: ThreadStore; conversation: Conversation }) {
  return (
    <ul class="people">
      {conversation.participants.map((person) => (
        <li key={person.id}>
          <Avatar
            name={fullName(person)}
            size={28}
            isBot={person.role === "bot"}
            isOnline={person.role === "bot" ? undefined : thread.presence.online.value.has(person.id)}
          />
          <bdi>{person.role === "bot" ? "Assistant" : fullName(person)}</bdi>
          <span class="soft">{person.role === "owner" && !conversation.customer ? "Owner" : parts[person.role]}</span>
        </li>
      ))}
    </ul>
  );
}
