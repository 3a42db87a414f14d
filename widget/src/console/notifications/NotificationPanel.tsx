import { useEffect, useRef } from "preact/hooks";
import { Time } from "../ui/Time";
import { describe } from "../../client/problem";
import { Button, Empty, ErrorNote, IconButton, Spinner, toast } from "../ui";
import {
  AlertIcon,
  BellIcon,
  CheckAllIcon,
  CheckIcon,
  ClockIcon,
  CloseIcon,
  HandIcon,
  InboxIcon,
  NoteIcon,
  TicketIcon,
  UserIcon,
} from "../ui/icons";
import type { Inbox } from "./inbox";
import { type Notification, place } from "./notification";
import type { Push } from "./push";
import { PushSwitch } from "./PushSwitch";

interface PanelProps {
  id: string;
  inbox: Inbox;
  push: Push;
  isLive: boolean;
  onClose: () => void;
  onOpen: (one: Notification) => void;
}

export function NotificationPanel({ id, inbox, push, isLive, onClose, onOpen }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const isUnread = inbox.unread.value > 0;
  return (
    <div
      id={id}
      ref={panel}
      class="bell-panel"
      role="dialog"
      aria-label="Notifications"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header class="bell-head">
        <h2>Notifications</h2>
        {!isLive && <span class="bell-offline">Connecting…</span>}
        <Button
          size="sm"
          variant="quiet"
          icon={<CheckAllIcon size={16} />}
          disabled={!isUnread}
          onClick={() => inbox.markAllRead().catch(complain)}
        >
          Mark all read
        </Button>
        <IconButton label="Close" size="sm" onClick={onClose}>
          <CloseIcon size={18} />
        </IconButton>
      </header>
      <div class="bell-body">
        <ErrorNote error={inbox.error.value} retry={() => void inbox.load()} />
        <Rows inbox={inbox} onOpen={onOpen} />
      </div>
      <PushSwitch push={push} />
    </div>
  );
}

const complain = (error: unknown) => toast(describe(error), "error");

function Rows({ inbox, onOpen }: Pick<PanelProps, "inbox" | "onOpen">) {
  const items = inbox.items.value;
  const isLoading = inbox.loading.value;
  if (items.length === 0) {
    if (isLoading) {
      return (
        <div class="bell-wait">
          <Spinner />
        </div>
      );
    }
    return inbox.error.value ? null : (
      <Empty icon={<BellIcon />} title="Nothing new">
        Here you are told of new tickets, messages and whoever asks for a person.
      </Empty>
    );
  }
  return (
    <>
      <ul class="bell-list">
        {items.map((one) => (
          <Row key={one.id} one={one} inbox={inbox} onOpen={onOpen} />
        ))}
      </ul>
      {inbox.hasMore.value && (
        <div class="bell-more">
          <Button size="sm" busy={isLoading} onClick={() => void inbox.loadMore()}>
            Show older
          </Button>
        </div>
      )}
    </>
  );
}

function Row({ one, inbox, onOpen }: { one: Notification } & Pick<PanelProps, "inbox" | "onOpen">) {
  const Icon = icons[one.type] ?? BellIcon;
  const body = (
    <>
      <span class="bell-icon">
        <Icon size={18} />
      </span>
      <span class="bell-text">
        <span class="bell-title">
          {one.title}
          {!one.read && <span class="sr-only"> (unread)</span>}
        </span>
        {one.message && <span class="bell-message">{one.message}</span>}
        {one.subject && <span class="bell-message bell-subject">{one.subject}</span>}
        <span class="bell-time">
          <Time at={one.created_at} />
        </span>
      </span>
    </>
  );
  return (
    <li class={`bell-row ${one.read ? "" : "is-unread"}`} data-notification={one.id}>
      {place(one) ? (
        <button type="button" class="bell-open" onClick={() => onOpen(one)}>
          {body}
        </button>
      ) : (
        <div class="bell-open">{body}</div>
      )}
      {!one.read && (
        <IconButton
          label={`Mark “${one.title}” as read`}
          size="sm"
          onClick={() => inbox.markRead([one.id]).catch(complain)}
        >
          <CheckIcon size={16} />
        </IconButton>
      )}
    </li>
  );
}

const icons: Record<string, typeof BellIcon> = {
  ticket_created: TicketIcon,
  ticket_assigned: TicketIcon,
  ticket_updated: TicketIcon,
  ticket_resolved: CheckIcon,
  ticket_deleted: TicketIcon,
  message_received: InboxIcon,
  misuse_detected: AlertIcon,
  system_alert: AlertIcon,
  mentioned: NoteIcon,
  handoff_requested: HandIcon,
  conversation_assigned: UserIcon,
  conversation_woke: ClockIcon,
  conversation_resolved: CheckIcon,
};
