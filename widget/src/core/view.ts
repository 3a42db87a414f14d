import { computed, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { fullName } from "../kit/names";
import { Times } from "../kit/time";
import type { Message } from "../wire/schema";
import type { Chat } from "./chat";
import type { Options } from "./options";
import { logRows } from "./rows";
import { Texts } from "./texts";

/** Where the log is to scroll: a row's key. */
interface ScrollTarget {
  key: string | "end";
}

/** What one widget shows: its chat, and what is open, chosen or being answered in it. */
export class View {
  readonly chat;
  readonly options;
  readonly texts = new Texts();
  readonly isOpen = signal(false);
  readonly isHidden = signal(false);
  readonly isSearching = signal(false);
  /** The message that is being answered, or changed. */
  readonly replyTo = signal<Message | null>(null);
  readonly editing = signal<Message | null>(null);
  /** What just failed, shown for a few seconds. */
  readonly notice = signal<string | null>(null);
  /** The message that is pointed at, or has the focus. */
  readonly active = signal<string | null>(null);
  readonly scrollTo = signal<ScrollTarget | null>(null);
  /** The message that was just jumped to. */
  readonly marked = signal<string | null>(null);

  readonly times = computed(() => new Times(this.texts.locale.value));
  readonly rows = computed(() => {
    const chat = this.chat.value;
    const { timeline, userId } = chat.conversation;
    return logRows(timeline.messages.value, chat.pending.value, chat.presence.stream.value, userId.value);
  });
  /** Who answers: the agent who took over, else the bot. */
  readonly partner = computed(() => {
    const conversation = this.chat.value.conversation.details.value;
    const me = this.chat.value.conversation.userId.value;
    const isDirect = conversation?.kind === "direct";
    const person = conversation?.participants.find(({ id, role }) => (isDirect ? id !== me : role === "agent"));
    const named = person && (isDirect || conversation?.bot === "off") ? fullName(person) : undefined;
    const taken = conversation?.assignee?.name ?? named;
    return { name: taken ?? this.botName, isPerson: taken !== undefined };
  });

  constructor(
    chat: Chat,
    options: Options,
    /** What the page may call, for the widget's own buttons. */
    readonly close: () => void,
    readonly open: () => void,
  ) {
    this.chat = signal(chat);
    this.options = signal(options);
  }

  get botName(): string {
    return this.options.value.botName ?? this.texts.t("assistant");
  }

  /** The name of who wrote a message, as the visitor knows them. */
  nameOf(message: Message): string {
    if (message.sender_id === this.chat.value.conversation.userId.value) return this.texts.t("you");
    return message.type === "bot" ? this.botName : message.sender_name;
  }

  /** Sends a text of the visitor's with what is attached, and shows it; or saves the change of an earlier one. */
  submit(text: string): void {
    const chat = this.chat.value;
    const editing = this.editing.value;
    if (editing) {
      this.editing.value = null;
      void this.attempt(chat.actions.edit(editing, text));
      return;
    }
    const [first, ...others] = chat.uploads.takeDone();
    chat.send(text, { attachment: first, reply_to: this.replyTo.value?.id });
    for (const attachment of others) chat.send("", { attachment });
    this.replyTo.value = null;
    this.scrollTo.value = { key: "end" };
  }

  /** The next message answers this one. */
  startReply(message: Message): void {
    this.editing.value = null;
    this.replyTo.value = message;
    this.focusInput.value++;
  }

  /** The composer now changes this message. */
  startEdit(message: Message): void {
    this.replyTo.value = null;
    this.editing.value = message;
    this.focusInput.value++;
  }

  /** The pages of the help centre that are open over the conversation, the one in sight last. */
  readonly articles = signal<readonly string[]>([]);
  /** What has the focus back once none is open. */
  private articleOpener: HTMLElement | null = null;

  /** Shows an article's page over the conversation; `opener` is what was clicked in it. */
  openArticle(href: string, opener: HTMLElement): void {
    if (this.articles.value.length === 0) this.articleOpener = opener;
    if (this.articles.value.at(-1) !== href) this.articles.value = [...this.articles.value, href];
  }

  /** Goes back to the article before, or to the conversation. */
  closeArticle(): void {
    this.articles.value = this.articles.value.slice(0, -1);
  }

  /** Gives the focus back to where an article was opened. */
  returnFromArticle(): void {
    const opener = this.articleOpener;
    this.articleOpener = null;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    else if (opener) this.focusInput.value++;
  }

  /** Goes up when the composer is to take the focus. */
  readonly focusInput = signal(0);

  /** Goes to a message, loading the history back to it. */
  async jumpTo(id: string): Promise<void> {
    this.articles.value = [];
    if (!(await this.chat.value.actions.loadBackTo(id))) throw new Error("the message is not in the history");
    const row = this.rows.value.find((row) => row.kind === "message" && row.message.id === id);
    if (!row) return;
    this.scrollTo.value = { key: row.key };
    this.marked.value = id;
    setTimeout(() => this.marked.value === id && (this.marked.value = null), 1800);
  }

  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a notice for a few seconds. */
  showNotice(text: string): void {
    clearTimeout(this.noticeTimer);
    this.notice.value = text;
    this.noticeTimer = setTimeout(() => (this.notice.value = null), 6000);
  }

  /** Runs an action; where it fails, says so. */
  async attempt(action: Promise<unknown>, failure = this.texts.t("actionFailed")): Promise<void> {
    try {
      await action;
    } catch {
      this.showNotice(failure);
    }
  }
}

/** The view that a component belongs to. */
export const ViewContext = createContext<View>(undefined as unknown as View);
/** The view of the widget that the calling component is in. */
export const useView = (): View => useContext(ViewContext);
