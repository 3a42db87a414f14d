import { conversations } from "../desk/api";
import { date } from "../time";
import type { Conversation } from "../../wire/schema";
import { thread } from "../thread/current";
import { Avatar, Badge, ErrorNote } from "../ui";
import { Detail } from "./ContextPanel";
import { useReading } from "./reading";

/** Who the customer is. */
export function CustomerCard({ conversation }: { conversation: Conversation }) {
  const { value: person, error, again } = useReading(() => conversations.customer(conversation.id), [conversation.id]);
  const known = conversation.customer;
  if (!known) return null;
  const online = thread.value?.presence.online.value.has(known.id) || person?.is_online === true;
  return (
    <section class="customer" aria-label="Customer">
      <Avatar name={known.name} size={52} isOnline={online} />
      <h3>
        <bdi>{known.name}</bdi>
      </h3>
      <p class="soft">
        <bdi>{known.username}</bdi> · {online ? "online" : "away"}
      </p>
      {person?.is_visitor && <Badge>Visitor without an account</Badge>}
      <ErrorNote error={error} retry={again} />
      {person && (
        <dl class="facts">
          {person.email && <Detail name="E-mail">{person.email}</Detail>}
          {person.phone && <Detail name="Phone">{person.phone}</Detail>}
          <Detail name="Since">{date(person.created_at)}</Detail>
          <Detail name="Conversations">{person.conversation_count}</Detail>
        </dl>
      )}
    </section>
  );
}
