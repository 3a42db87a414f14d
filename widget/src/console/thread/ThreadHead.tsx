import { useEffect } from "preact/hooks";
import { contextShown } from "../context/shown";
import { colleagues } from "../desk/directory";
import { dayAndTime } from "../time";
import type { Conversation } from "../../wire/schema";
import { isWork, priorities, withWhom } from "../desk/words";
import { go } from "../router";
import { me } from "../session";
import { Avatar, Badge, Button, IconButton, Menu, type MenuItem } from "../ui";
import {
  BackIcon,
  BotIcon,
  CheckIcon,
  FlagIcon,
  HandIcon,
  MoreIcon,
  PanelIcon,
  RefreshIcon,
  SparkIcon,
  TagIcon,
  UserIcon,
} from "../ui/icons";
import { LabelsDialog } from "./LabelsDialog";
import { SnoozeMenu } from "./SnoozeMenu";
import type { ThreadStore } from "./ThreadStore";
import { assign, claim, handBack, setPriority, setStatus } from "./actions";
import { labelsShown, openMenu } from "./current";

/** Whom it is with, and what can be done with it. */
export function ThreadHead({ thread }: { thread: ThreadStore }) {
  const conversation = thread.conversation.value;
  if (!conversation) return null;
  const who = withWhom(conversation);
  const online = conversation.customer ? thread.presence.online.value.has(conversation.customer.id) : undefined;
  return (
    <header class="thread-head">
      <IconButton label="Back to the list" class="thread-back" onClick={() => go("")}>
        <BackIcon />
      </IconButton>
      <Avatar name={who} size={38} isOnline={thread.state.value === "live" ? online : undefined} />
      <div class="thread-who">
        <h2>
          <bdi>{who}</bdi>
        </h2>
        <p>
          <Standing conversation={conversation} online={online} />
        </p>
      </div>
      <Actions thread={thread} conversation={conversation} />
      {labelsShown.value && <LabelsDialog conversation={conversation} onClose={() => (labelsShown.value = false)} />}
    </header>
  );
}

function Standing({ conversation, online }: { conversation: Conversation; online: boolean | undefined }) {
  const { assignee, status, ticket } = conversation;
  return (
    <>
      {status === "pending" && <Badge tone="warn">Waiting for a person</Badge>}
      {status === "snoozed" && (
        <Badge>Snoozed{conversation.snoozed_until ? ` until ${dayAndTime(conversation.snoozed_until)}` : ""}</Badge>
      )}
      {status === "resolved" && <Badge tone="ok">Resolved</Badge>}
      <span class="thread-standing">
        {ticket && `${ticket.ticket_id} · `}
        {assignee
          ? assignee.id === me.value?.id
            ? "Yours"
            : `With ${assignee.name}`
          : conversation.bot === "on"
            ? "The assistant answers"
            : "Nobody is assigned"}
        {online !== undefined && ` · ${online ? "online" : "away"}`}
      </span>
    </>
  );
}

function Actions({ thread, conversation }: { thread: ThreadStore; conversation: Conversation }) {
  const { id } = conversation;
  const toggle = (
    <IconButton
      label="Details"
      class="context-toggle"
      pressed={contextShown.value}
      onClick={() => (contextShown.value = !contextShown.value)}
    >
      <PanelIcon />
    </IconButton>
  );
  if (!isWork(conversation)) return <div class="thread-actions">{toggle}</div>;
  return (
    <div class="thread-actions" role="toolbar" aria-label="Conversation">
      {!conversation.assignee && (
        <Button size="sm" variant="primary" icon={<HandIcon size={16} />} onClick={() => void claim(id)}>
          Claim
        </Button>
      )}
      <IconButton
        label="Summarise"
        class="thread-summarise"
        disabled={thread.summary.busy.value}
        onClick={() => void thread.summary.ask()}
      >
        <SparkIcon />
      </IconButton>
      <Assign conversation={conversation} />
      <span class="wide-only">
        <Priority conversation={conversation} />
        <IconButton label="Labels" onClick={() => (labelsShown.value = true)}>
          <TagIcon />
        </IconButton>
      </span>
      <SnoozeMenu conversation={conversation} />
      {conversation.status === "resolved" ? (
        <Button size="sm" icon={<RefreshIcon size={16} />} onClick={() => void setStatus(conversation, "open")}>
          Reopen
        </Button>
      ) : (
        <Button
          size="sm"
          variant={conversation.assignee ? "primary" : "plain"}
          icon={<CheckIcon size={16} />}
          onClick={() => void setStatus(conversation, "resolved")}
        >
          Resolve
        </Button>
      )}
      <More thread={thread} conversation={conversation} />
      {toggle}
    </div>
  );
}

function Assign({ conversation }: { conversation: Conversation }) {
  const shown = openMenu.value === "assign";
  useEffect(() => {
    if (shown) void colleagues.want(true);
  }, [shown]);
  const self = me.value;
  const others = colleagues.items.value.filter((one) => one.id !== self?.id);
  const held = conversation.assignee?.id;
  const items: MenuItem[] = [
    ...(self ? [{ label: "Me", checked: held === self.id, onSelect: () => void assign(conversation.id, self) }] : []),
    ...others.map((one) => ({
      label: one.name,
      hint: [one.department, one.is_online ? "online" : ""].filter(Boolean).join(" · "),
      checked: held === one.id,
      onSelect: () => void assign(conversation.id, one),
    })),
    { label: "Nobody", checked: !held, onSelect: () => void assign(conversation.id, null) },
  ];
  return (
    <Menu
      label="Assign to"
      align="end"
      items={items}
      open={shown}
      onOpenChange={(open) => (openMenu.value = open ? "assign" : null)}
      trigger={(button) => (
        <IconButton label={conversation.assignee ? `Assigned to ${conversation.assignee.name}` : "Assign"} {...button}>
          <UserIcon />
        </IconButton>
      )}
    />
  );
}

function Priority({ conversation }: { conversation: Conversation }) {
  return (
    <Menu
      label="Priority"
      align="end"
      open={openMenu.value === "priority"}
      onOpenChange={(open) => (openMenu.value = open ? "priority" : null)}
      items={priorities.map(({ key, title }) => ({
        label: title,
        checked: conversation.priority === key,
        onSelect: () => void setPriority(conversation.id, key),
      }))}
      trigger={(button) => (
        <IconButton label="Priority" {...button}>
          <FlagIcon />
        </IconButton>
      )}
    />
  );
}

/** Where there is no room for its menu it is chosen among the details. */
function choosePriority(): void {
  contextShown.value = true;
  requestAnimationFrame(() => document.getElementById("context-priority")?.focus());
}

function More({ thread, conversation }: { thread: ThreadStore; conversation: Conversation }) {
  const items: MenuItem[] = [
    { label: "Summarise", icon: <SparkIcon size={18} />, onSelect: () => void thread.summary.ask() },
    { label: "Priority…", icon: <FlagIcon size={18} />, onSelect: choosePriority },
    { label: "Labels…", icon: <TagIcon size={18} />, onSelect: () => (labelsShown.value = true) },
  ];
  if (conversation.status === "open")
    items.push({
      label: "Mark as pending",
      icon: <RefreshIcon size={18} />,
      onSelect: () => void setStatus(conversation, "pending"),
    });
  if (conversation.status === "pending" || conversation.status === "snoozed")
    items.push({
      label: "Mark as open",
      icon: <RefreshIcon size={18} />,
      onSelect: () => void setStatus(conversation, "open"),
    });
  if (conversation.kind === "support" && conversation.bot === "off")
    items.push({
      label: "Hand back to the assistant",
      icon: <BotIcon size={18} />,
      onSelect: () => void handBack(conversation.id),
    });
  return (
    <Menu
      label="More"
      align="end"
      items={items}
      trigger={(button) => (
        <IconButton label="More actions" {...button}>
          <MoreIcon />
        </IconButton>
      )}
    />
  );
}
