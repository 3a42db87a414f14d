import { conversations } from "../desk/api";
import { brief } from "../time";
import type { Conversation } from "../../wire/schema";
import { inOneLine, statuses, titleOf } from "../desk/words";
import { Link } from "../router";
import { ErrorNote } from "../ui";
import { Section } from "./ContextPanel";
import { useReading } from "./reading";

/** The customer's other conversations, the newest first. */
export function OtherConversations({ conversation }: { conversation: Conversation }) {
  const { value, error, again } = useReading(
    () => conversations.list({ participant: conversation.customer?.id, limit: 10 }),
    [conversation.id],
  );
  const others = value?.results.filter((one) => one.id !== conversation.id) ?? [];
  if (!others.length && !error) return null;
  return (
    <Section title="Other conversations">
      <ErrorNote error={error} retry={again} />
      <ul class="others">
        {others.map((one) => (
          <li key={one.id}>
            <Link to={`conversations/${one.id}`} class="other">
              <span class="other-title">{inOneLine(one.last_message)}</span>
              <span class="soft">
                {titleOf(statuses, one.status)} · {brief(one.updated_at)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
