import { useSignal } from "@preact/signals";
import { clock, whole } from "../time";
import { type Receipt, receiptOf, tickOf } from "../../kit/receipt";
import type { Message } from "../../wire/schema";
import { inOneLine } from "../desk/words";
import { me } from "../session";
import { Avatar } from "../ui";
import { CheckAllIcon, CheckIcon, ClockIcon } from "../ui/icons";
import { AttachmentView } from "./Attachment";
import { EditBox } from "./EditBox";
import { MessageTools, Reactions } from "./MessageTools";
import { Rich } from "./Rich";
import { Sources } from "./Sources";
import type { ThreadStore } from "./ThreadStore";
import { messages as api } from "../desk/api";

/** The company's side stands at the end, the customer's at the start; among colleagues, one's own at the end. */
const isOurs = (message: Message) =>
  message.type === "bot" || message.type === "agent" || message.sender_id === me.value?.id;

export function MessageRow({
  message,
  continues,
  thread,
}: {
  message: Message;
  continues: boolean;
  thread: ThreadStore;
}) {
  const editing = useSignal(false);
  if (message.type === "system") return <SystemRow message={message} />;
  const ours = isOurs(message);
  const bot = message.type === "bot";
  const name = bot ? "Assistant" : message.sender_name;
  const mine = message.sender_id === me.value?.id;
  const side = `${ours ? "is-ours" : "is-theirs"} ${bot ? "is-bot" : ""} ${mine ? "is-mine" : ""}`;
  return (
    <article
      class={`message ${side} ${continues ? "continues" : ""}`}
      data-message={message.id}
      data-seq={message.seq}
      aria-label={`${name}, ${clock(message.created_at)}`}
    >
      <span class="message-face">{!continues && <Avatar name={name} size={32} isBot={bot} />}</span>
      <div class="message-main">
        {!continues && <Head name={name} at={message.created_at} />}
        {editing.value ? (
          <EditBox
            label="Edit the message"
            text={message.text}
            onCancel={() => (editing.value = false)}
            save={async (text) => thread.merged(await api.edit(message.id, text))}
            onSaved={() => (editing.value = false)}
          />
        ) : (
          <div class="message-line">
            <Bubble message={message} thread={thread} />
            {!message.is_deleted && (
              <MessageTools message={message} thread={thread} onEdit={() => (editing.value = true)} />
            )}
          </div>
        )}
        <Reactions message={message} thread={thread} />
        {bot && message.meta && <Sources sources={message.meta.sources} />}
        {bot && message.meta?.handoff && <p class="message-foot">Asked for a person to take over</p>}
        <Foot message={message} hasReceipt={ours && !bot} />
      </div>
    </article>
  );
}

/** The server's own sentence. */
function SystemRow({ message }: { message: Message }) {
  return (
    <p class="system" data-seq={message.seq}>
      <bdi>{message.text}</bdi> <time title={whole(message.created_at)}>{clock(message.created_at)}</time>
    </p>
  );
}

function Head({ name, at }: { name: string; at: string }) {
  return (
    <header class="message-head">
      <span class="message-name">
        <bdi>{name}</bdi>
      </span>
      <time dateTime={at} title={whole(at)}>
        {clock(at)}
      </time>
    </header>
  );
}

function Foot({ message, hasReceipt }: { message: Message; hasReceipt: boolean }) {
  if (message.is_deleted || !(message.is_edited || hasReceipt)) return null;
  return (
    <p class="message-foot">
      {message.is_edited && <span>Edited</span>}
      {hasReceipt && <ReceiptMark receipt={receiptOf(message)} />}
    </p>
  );
}

function Bubble({ message, thread }: { message: Message; thread: ThreadStore }) {
  if (message.is_deleted) return <div class="bubble is-deleted">Message deleted</div>;
  const answered = message.reply_to ? thread.messages.value.find((one) => one.id === message.reply_to) : undefined;
  return (
    <div class="bubble">
      {message.reply_to && (
        <a
          class="quote"
          href={`#${message.reply_to}`}
          onClick={(event) => {
            event.preventDefault();
            document
              .querySelector(`[data-message="${CSS.escape(message.reply_to ?? "")}"]`)
              ?.scrollIntoView({ block: "center" });
          }}
        >
          <span class="quote-name">{answered ? answered.sender_name : "An earlier message"}</span>
          {answered && <span class="quote-text">{inOneLine(answered)}</span>}
        </a>
      )}
      {message.text && <Rich html={message.html} />}
      {message.attachment && <AttachmentView attachment={message.attachment} />}
    </div>
  );
}

const TICKS = { clock: ClockIcon, check: CheckIcon, checks: CheckAllIcon };
const RECEIPTS: Record<Receipt, string> = {
  queued: "Sending",
  sending: "Sending",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
};

/** How far a message of ours has got. */
export function ReceiptMark({ receipt }: { receipt: Receipt }) {
  const Tick = TICKS[tickOf(receipt)];
  return (
    <span class={`receipt is-${receipt}`}>
      <Tick size={14} />
      {RECEIPTS[receipt]}
    </span>
  );
}
