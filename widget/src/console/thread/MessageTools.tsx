import { signal, useSignal } from "@preact/signals";
import { messages as api } from "../desk/api";
import type { Message } from "../../wire/schema";
import { inOneLine } from "../desk/words";
import { describe } from "../../client/problem";
import { me } from "../session";
import { Button, Dialog, IconButton, Menu, type MenuItem, toast } from "../ui";
import { CopyIcon, EditIcon, MoreIcon, ReplyIcon, SmileIcon, TrashIcon } from "../ui/icons";
import { askComposer, replyingTo } from "./current";
import type { ThreadStore } from "./ThreadStore";

const EMOJIS: [string, string][] = [
  ["👍", "Thumbs up"],
  ["❤️", "Heart"],
  ["😄", "Smile"],
  ["🎉", "Hooray"],
  ["🙏", "Thank you"],
  ["👀", "Looking"],
];

/** The server tells how many, not who: what was put from this page can be taken back from it. */
const mine = signal<ReadonlySet<string>>(new Set());
const keyOf = (message: Message, emoji: string) => `${message.id} ${emoji}`;

async function react(message: Message, emoji: string): Promise<void> {
  const key = keyOf(message, emoji);
  const remove = mine.value.has(key);
  try {
    await (remove ? api.unreact : api.react)(message.id, emoji);
    const next = new Set(mine.value);
    if (remove) next.delete(key);
    else next.add(key);
    mine.value = next;
  } catch (error) {
    toast(describe(error), "error");
  }
}

export function Reactions({ message }: { message: Message; thread: ThreadStore }) {
  const all = Object.entries(message.reactions);
  if (!all.length) return null;
  return (
    <div class="reactions">
      {all.map(([emoji, count]) => (
        <button
          key={emoji}
          type="button"
          class="reaction"
          aria-pressed={mine.value.has(keyOf(message, emoji))}
          aria-label={`${emoji} ${count}`}
          onClick={() => void react(message, emoji)}
        >
          <span aria-hidden="true">{emoji}</span> {count}
        </button>
      ))}
    </div>
  );
}

/** What can be done with a message; seen when it is pointed at or has the focus. */
export function MessageTools({
  message,
  thread,
  onEdit,
}: {
  message: Message;
  thread: ThreadStore;
  onEdit: () => void;
}) {
  const deleting = useSignal(false);
  const own = message.sender_id === me.value?.id;
  const items: MenuItem[] = [
    { label: "Reply to it", icon: <ReplyIcon size={18} />, onSelect: () => reply(message, thread) },
    { label: "Copy text", icon: <CopyIcon size={18} />, onSelect: () => void copy(message.text) },
  ];
  if (own && message.text) items.push({ label: "Edit", icon: <EditIcon size={18} />, onSelect: onEdit });
  if (own || me.value?.role === "admin")
    items.push({
      label: "Delete",
      icon: <TrashIcon size={18} />,
      danger: true,
      onSelect: () => (deleting.value = true),
    });
  return (
    <span class="message-tools">
      <Menu
        label="React"
        align="end"
        items={EMOJIS.map(([emoji, name]) => ({
          label: name,
          icon: <span aria-hidden="true">{emoji}</span>,
          onSelect: () => void react(message, emoji),
        }))}
        trigger={(button) => (
          <IconButton label="React" size="sm" {...button}>
            <SmileIcon size={18} />
          </IconButton>
        )}
      />
      <Menu
        label="Message"
        align="end"
        items={items}
        trigger={(button) => (
          <IconButton label="More for this message" size="sm" {...button}>
            <MoreIcon size={18} />
          </IconButton>
        )}
      />
      {deleting.value && (
        <Deletion
          what="message"
          text={inOneLine(message)}
          remove={() => api.remove(message.id)}
          onClose={() => (deleting.value = false)}
        />
      )}
    </span>
  );
}

function reply(message: Message, thread: ThreadStore): void {
  replyingTo.value = { conversation: thread.id, id: message.id, name: message.sender_name, text: inOneLine(message) };
  askComposer({ mode: "reply" });
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser does not let this page copy.", "error");
  }
}

export function Deletion({
  what,
  text,
  remove,
  onClose,
}: {
  what: string;
  text: string;
  remove: () => Promise<unknown>;
  onClose: () => void;
}) {
  const busy = useSignal(false);
  const run = async () => {
    busy.value = true;
    try {
      await remove();
      onClose();
    } catch (error) {
      toast(describe(error), "error");
      busy.value = false;
    }
  };
  return (
    <Dialog
      title={`Delete this ${what}?`}
      size="sm"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={busy.value} onClick={() => void run()}>
            Delete
          </Button>
        </>
      }
    >
      <p class="deletion-text">{text}</p>
    </Dialog>
  );
}
