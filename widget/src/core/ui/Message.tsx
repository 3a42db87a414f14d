import { useLayoutEffect, useRef } from "preact/hooks";
import { Avatar } from "./Avatar";
import { Icon } from "../../kit/icons";
import { type Receipt, receiptOf, tickOf } from "../../kit/receipt";
import { safeUrl } from "../../kit/url";
import type { Message } from "../../wire/schema";
import type { LogRow } from "../rows";
import { sanitizer } from "../sanitizer";
import { useView } from "../view";
import { MessageActions, Quote, Reactions } from "./Actions";
import { AttachmentView } from "./Attachment";

/** A day's beginning. */
export function DayDivider({ at }: { at: string }) {
  const { times, texts } = useView();
  return (
    <div class="day">
      <span>{times.value.day(at, new Date(), { today: texts.t("today"), yesterday: texts.t("yesterday") })}</span>
    </div>
  );
}

type Of<K extends LogRow["kind"]> = Extract<LogRow, { kind: K }>;

/** A message in its present state. */
export function MessageRow({ message, starts, ends }: Of<"message">) {
  const view = useView();
  if (message.type === "system") return <SystemRow message={message} />;
  const isOwn = message.sender_id === view.chat.value.conversation.userId.value;
  const name = view.nameOf(message);
  return (
    <article
      class={`${classOf(isOwn, starts, ends)}${view.marked.value === message.id ? " is-marked" : ""}`}
      data-id={message.id}
      tabIndex={
        view.active.value === message.id ||
        (view.active.value === null && message.id === view.chat.value.conversation.timeline.newest?.id)
          ? 0
          : -1
      }
      onPointerEnter={(event) => event.pointerType === "mouse" && (view.active.value = message.id)}
      onFocusCapture={() => (view.active.value = message.id)}
      onClick={() => (view.active.value = message.id)}
      aria-label={`${name}, ${view.times.value.whole(message.created_at)}`}
    >
      {!isOwn && (starts ? <Avatar name={name} isBot={message.type === "bot"} /> : <span class="avatar-gap" />)}
      <div class="stack">
        {starts && !isOwn && <span class="sender">{name}</span>}
        <div class="bubble-line">
          <MessageActions message={message} isOwn={isOwn} />
          {message.is_deleted ? (
            <div class="bubble is-deleted">{view.texts.t("deleted")}</div>
          ) : (
            <div class={message.text === "" && message.attachment?.thumbnail_url ? "bubble is-picture" : "bubble"}>
              {message.reply_to && <Quote id={message.reply_to} />}
              {message.attachment && <AttachmentView attachment={message.attachment} />}
              {message.text !== "" && <Body message={message} />}
            </div>
          )}
        </div>
        <Reactions message={message} />
        <Sources message={message} />
        {ends && <Foot message={message} isOwn={isOwn} />}
      </div>
    </article>
  );
}

/** One of ours, on its way. */
export function PendingRow({ entry, starts, ends }: Of<"pending">) {
  const view = useView();
  const { t } = view.texts;
  const { sending, outbox } = view.chat.value;
  return (
    <article
      class={`${classOf(true, starts, ends)} ${entry.state === "failed" ? "is-failed" : "is-pending"}`}
      data-client-id={entry.client_id}
      aria-label={t("you")}
    >
      <div class="stack">
        <div class="bubble">
          {entry.reply_to && <Quote id={entry.reply_to} />}
          {entry.attachment && <AttachmentView attachment={{ ...entry.attachment, status: "processing" }} />}
          {entry.text !== "" && <p class="plain">{entry.text}</p>}
        </div>
        {entry.state === "failed" ? (
          <div class="foot failed">
            <Icon name="warn" size={14} />
            <span>{entry.error || t("failed")}</span>
            <button type="button" class="link" onClick={() => sending.retry(entry.client_id)}>
              {t("retry")}
            </button>
            <button type="button" class="link" onClick={() => outbox.remove(entry.client_id)}>
              {t("discard")}
            </button>
          </div>
        ) : (
          ends && (
            <div class="foot">
              <Tick receipt={entry.state} />
            </div>
          )
        )}
      </div>
    </article>
  );
}

/** The bot's reply while it is being made. */
export function StreamRow({ text }: { text: string }) {
  const { botName } = useView();
  return (
    <article class="row other starts ends is-streaming" aria-busy="true">
      <Avatar name={botName} isBot />
      <div class="stack">
        <span class="sender">{botName}</span>
        <div class="bubble">
          <p class="plain">
            {text}
            <span class="caret" />
          </p>
        </div>
      </div>
    </article>
  );
}

function SystemRow({ message }: { message: Message }) {
  const view = useView();
  return (
    <div class="system" data-id={message.id}>
      <span>{view.texts.system(message.text)}</span>
      <time dateTime={message.created_at}>{view.times.value.time(message.created_at)}</time>
    </div>
  );
}

function Body({ message }: { message: Message }) {
  const { apiBase } = useView().options.value;
  const body = useRef<HTMLDivElement>(null);
  const sanitize = isPlain(message) ? null : sanitizer.value;
  useLayoutEffect(() => {
    if (sanitize) body.current?.replaceChildren(sanitize(apiBase, message.html));
  }, [sanitize, apiBase, message.html]);
  if (sanitize) return <div key="html" ref={body} class="html" />;
  return (
    <p key="plain" class="plain">
      {message.text}
    </p>
  );
}

/** Text that Markdown leaves as it is: it needs no HTML. */
const isPlain = ({ html, text }: Message): boolean => html === `<p>${text}</p>\n`;

function Sources({ message }: { message: Message }) {
  const view = useView();
  const sources = message.meta?.sources ?? [];
  if (sources.length === 0 || message.is_deleted) return null;
  return (
    <ul class="sources" aria-label={view.texts.t("sources")}>
      {sources.map(({ title, url }) => {
        const href = safeUrl(url, view.options.value.apiBase);
        return (
          <li key={title}>
            {href ? (
              <a href={href} target="_blank" rel="noopener noreferrer nofollow">
                <Icon name="file" size={14} />
                {title}
              </a>
            ) : (
              <span>
                <Icon name="file" size={14} />
                {title}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Foot({ message, isOwn }: { message: Message; isOwn: boolean }) {
  const view = useView();
  const { t } = view.texts;
  const { readByOthers, deliveredToOthers } = view.chat.value.conversation.timeline;
  const receipt = receiptOf(message, readByOthers.value, deliveredToOthers.value);
  return (
    <div class="foot">
      <time dateTime={message.created_at} title={view.times.value.whole(message.created_at)}>
        {view.times.value.time(message.created_at)}
      </time>
      {message.is_edited && !message.is_deleted && <span>{t("edited")}</span>}
      {isOwn && !message.is_deleted && <Tick receipt={receipt} />}
    </div>
  );
}

function Tick({ receipt }: { receipt: Receipt }) {
  const label = useView().texts.t(receipt);
  return (
    <span class={receipt === "read" ? "tick is-read" : "tick"} role="img" aria-label={label} title={label}>
      <Icon name={tickOf(receipt)} size={16} />
    </span>
  );
}

const classOf = (isOwn: boolean, starts: boolean, ends: boolean): string =>
  `row ${isOwn ? "own" : "other"}${starts ? " starts" : ""}${ends ? " ends" : ""}`;
