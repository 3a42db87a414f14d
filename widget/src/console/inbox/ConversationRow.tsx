import { inOneLine, isWork, priorities, titleOf, withWhom } from "../desk/words";
import { brief, dayAndTime, whole } from "../time";
import { Link } from "../router";
import type { Conversation } from "../../wire/schema";
import { me } from "../session";
import { Avatar } from "../ui";
import { BotIcon, FlagIcon, MoonIcon, TicketIcon, UserIcon } from "../ui/icons";
import { entry } from "./list";
import { unreadOf } from "./unread";

/** All rows are as high, so that a list of thousands needs no measuring. */
export const ROW_HEIGHT = 98;

export function ConversationRow({
  id,
  current,
  top,
  index,
  total,
}: {
  id: string;
  current: boolean;
  top: number;
  index: number;
  total: number;
}) {
  const conversation = entry(id)?.value;
  if (!conversation) return null;
  const unread = unreadOf(conversation);
  const who = withWhom(conversation);
  const time = conversation.last_message?.created_at ?? conversation.updated_at;
  return (
    <li
      class="row-place"
      style={{ transform: `translateY(${top}px)`, height: `${ROW_HEIGHT}px` }}
      aria-setsize={total}
      aria-posinset={index + 1}
    >
      <Link
        to={`conversations/${id}`}
        class={`row ${unread ? "is-unread" : ""}`}
        data-conversation={id}
        aria-current={current ? "true" : undefined}
      >
        <Avatar name={who} size={38} />
        <span class="row-body">
          <span class="row-head">
            <span class="row-name">
              <bdi>{who}</bdi>
            </span>
            <time class="row-time" dateTime={time} title={whole(time)}>
              {brief(time)}
            </time>
          </span>
          <span class="row-line">
            <span class="row-text">
              {conversation.last_message && conversation.last_message.sender_id !== conversation.customer?.id && (
                <span class="row-by">{by(conversation)}: </span>
              )}
              {inOneLine(conversation.last_message)}
            </span>
            {unread > 0 && (
              <span class="row-unread">
                {unread > 99 ? "99+" : unread}
                <span class="sr-only"> unread</span>
              </span>
            )}
          </span>
          <Marks conversation={conversation} />
        </span>
      </Link>
    </li>
  );
}

function by(conversation: Conversation): string {
  const message = conversation.last_message;
  if (message?.type === "bot") return "Assistant";
  if (message?.type === "system") return "Note";
  return message?.sender_id === me.value?.id ? "You" : (message?.sender_name ?? "");
}

function Marks({ conversation }: { conversation: Conversation }) {
  const { priority, labels = [], status, snoozed_until } = conversation;
  const crowded = (status === "pending" || status === "snoozed") && priority !== "none";
  const shown = labels.slice(0, crowded ? 1 : 2);
  return (
    <span class="row-marks">
      {conversation.kind === "ticket" && (
        <span class="mark" title={conversation.ticket?.ticket_id}>
          <TicketIcon size={14} />
          Ticket
        </span>
      )}
      {status === "pending" && <span class="mark mark-warn">Waiting</span>}
      {status === "snoozed" && (
        <span class="mark mark-time" title={snoozed_until ? `Snoozed until ${dayAndTime(snoozed_until)}` : undefined}>
          <MoonIcon size={14} />
          <span class="mark-text">{snoozed_until ? until(snoozed_until) : "Snoozed"}</span>
        </span>
      )}
      {status === "resolved" && <span class="mark mark-ok">Resolved</span>}
      {priority && priority !== "none" && (
        <span class={`mark mark-${priority}`}>
          <FlagIcon size={14} />
          {titleOf(priorities, priority)}
        </span>
      )}
      {shown.map((label) => (
        <span key={label.id} class="mark mark-label">
          <span class="label-dot" style={{ background: label.color }} />
          <span class="mark-text">{label.name}</span>
        </span>
      ))}
      {labels.length > shown.length && <span class="mark">+{labels.length - shown.length}</span>}
      {isWork(conversation) && <Holder conversation={conversation} brief={crowded && labels.length > 0} />}
    </span>
  );
}

/** Who has it; in a crowded row by the icon. */
function Holder({ conversation, brief }: { conversation: Conversation; brief: boolean }) {
  const { assignee, bot } = conversation;
  const said = assignee
    ? `Assigned to ${assignee.name}`
    : bot === "on"
      ? "The assistant answers"
      : "Nobody is assigned";
  const name = assignee
    ? assignee.id === me.value?.id
      ? "You"
      : assignee.name
    : bot === "on"
      ? "Assistant"
      : "Nobody";
  return (
    <span class="mark mark-end" title={said}>
      {assignee ? <UserIcon size={14} /> : bot === "on" ? <BotIcon size={14} /> : null}
      <span class={brief ? "sr-only" : "mark-text"}>{name}</span>
    </span>
  );
}

/** Ends are in the future: the day, unless it is today. */
const until = (time: string) =>
  new Date(time).toDateString() === new Date().toDateString() ? brief(time) : dayAndTime(time);
