import { computed, effect, signal, untracked } from "@preact/signals";
import { type Draft, Outbox, belongs } from "../client/outbox";
import { Presence } from "../client/presence";
import { Rest } from "../client/rest";
import { Session } from "../client/session";
import { type Store, openStore } from "../client/store";
import { Uploads } from "../client/uploads";
import type { Changes, Prompt } from "../wire/schema";
import { Actions } from "./actions";
import type { ConnectionState, WidgetEvents } from "./api";
import { Connection } from "./connection";
import { CurrentConversation } from "./conversation";
import { Sending } from "./sending";
import { Incoming } from "./incoming";
import type { Options } from "./options";
import { type TabMessage, Tabs } from "./tabs";
import { spoken } from "./texts";

/** What a chat tells the page; the element tells the rest. */
type ChatEvents = Omit<WidgetEvents, "ready" | "open" | "close">;

/** Tells the page. */
type Tell = <K extends keyof ChatEvents>(event: K, detail: ChatEvents[K]) => void;

/** So many characters of a message are quoted where a reply cannot refer to it. */
const QUOTED = 200;

/** One visitor's chat with the company: who they are, their conversation, and everything that moves in it. */
export class Chat {
  readonly store: Store;
  readonly session: Session;
  readonly rest: Rest;
  readonly conversation: CurrentConversation;
  readonly connection: Connection;
  readonly incoming: Incoming;
  readonly sending: Sending;
  readonly outbox: Outbox;
  readonly tabs: Tabs;
  readonly uploads: Uploads;
  readonly actions: Actions;
  readonly presence = new Presence();

  readonly prompts = signal<readonly Prompt[]>([]);
  /** What was written but not sent. */
  readonly draft = signal("");
  /** The close code or status with which the server refused for good. */
  readonly refusedBy = signal<number | null>(null);
  /** Messages of ours that are still on their way. */
  readonly pending = computed(() =>
    this.outbox.entries.value.filter((entry) => belongs(entry, this.conversation.id.value)),
  );

  /** The language that the widget shows. */
  locale: string;

  private readonly ends: (() => void)[] = [];

  constructor(
    readonly options: Options,
    private readonly tell: Tell,
  ) {
    this.locale = spoken(options.locale);
    const base = options.apiBase;
    this.store = openStore(`switchboard:${base}:`);
    const credentials = { token: options.token, visitorToken: options.visitorToken };
    this.session = new Session(base, credentials, this.store, () => !this.conversation.isRemembered);
    this.rest = new Rest(base, this.session, (traffic) => tell("frame", traffic));
    this.outbox = new Outbox(this.store, this.session.name);
    this.uploads = new Uploads(this.rest, { awaitsCheck: true });
    this.actions = new Actions(this);
    this.tabs = new Tabs(`switchboard:${base}:${this.session.name}`, (message) => this.heardFromTab(message));
    this.conversation = this.openConversation();
    this.incoming = this.openIncoming();
    this.connection = this.openConnection();
    this.sending = this.openSending();
    this.draft.value = this.store.get(this.draftKey) ?? "";
    this.ends.push(
      effect(() => {
        const count = this.conversation.unread.value;
        untracked(() => tell("unread", { count }));
      }),
      effect(() => {
        const state = this.connection.state.value;
        untracked(() => this.connectionChanged(state));
      }),
    );
  }

  /** Connects where there is, or may be, something to hear; else that waits until the panel is opened. */
  start(): void {
    if (this.conversation.id.value !== null || this.session.isIdentified) this.wake();
  }

  /** Connects, and fetches what a newcomer is shown. */
  wake(): void {
    this.connection.start();
    if (this.outbox.entries.value.length > 0) void this.sending.flush();
    if (this.prompts.value.length > 0) return;
    // a newcomer can do without them; the next opening tries again
    void this.rest.call<Prompt[]>("GET", "/api/bot-prompts/").then(
      (prompts) => (this.prompts.value = prompts),
      () => undefined,
    );
  }

  stop(): void {
    for (const end of this.ends) end();
    this.connection.stop();
    this.sending.stop();
    this.presence.clear();
    this.tabs.close();
  }

  /** Signs out and forgets everything, here and in the other tabs. */
  async forget(): Promise<void> {
    this.tabs.tell({ kind: "reset" });
    this.stop();
    this.outbox.clear();
    this.conversation.forget();
    this.store.remove(this.draftKey);
    await this.session.end();
  }

  /** Whether a session that is gone can be followed by a new one here: nobody else knows who this visitor is. */
  get canBeginAnew(): boolean {
    return !this.session.isIdentified;
  }

  /** Leaves a session that is gone for a new one. What was written but not sent is the new one's draft. */
  async beginAnew(): Promise<void> {
    const unsent = [
      ...this.pending.value.filter((entry) => entry.state !== "sent").map((entry) => entry.text),
      this.draft.value,
    ];
    await this.forget();
    const text = unsent.filter(Boolean).join("\n");
    if (text) this.store.set(this.draftKey, text);
    this.onReset();
  }

  setDraft(text: string): void {
    if (text === this.draft.value) return;
    this.draft.value = text;
    if (text) this.store.set(this.draftKey, text);
    else this.store.remove(this.draftKey);
    this.tabs.tell({ kind: "draft", text });
  }

  send(text: string, rest: Pick<Draft, "attachment" | "reply_to"> = {}): void {
    this.connection.start();
    this.sending.send({ text, ...rest, conversation: this.conversation.id.value ?? undefined });
  }

  /** Everything so far was seen. */
  markRead(): void {
    const { id, timeline, unread, readUpTo } = this.conversation;
    const seq = timeline.newest?.seq ?? 0;
    if (id.value === null || unread.value === 0 || seq <= readUpTo.value) return;
    readUpTo.value = seq;
    this.tabs.tell({ kind: "read", seq });
    if (this.connection.send({ type: "read", seq })) return;
    // a lost receipt costs nothing: the next one covers it
    this.rest.call("POST", `/api/chat/conversations/${id.value}/read/`, { seq }).catch(() => undefined);
  }

  /** Another tab has signed out; set by whoever made this chat. */
  onReset: () => void = () => {};

  private openConversation(): CurrentConversation {
    return new CurrentConversation(this.rest, this.session, this.store, this.options.conversationId, {
      entered: (id) => {
        this.tabs.tell({ kind: "conversation", id });
        this.tell("conversation-change", { conversationId: id });
        this.connection.moved();
      },
      found: (id) => this.tell("conversation-change", { conversationId: id }),
      loaded: (page) => this.incoming.settle(page),
      arrived: (message) => this.tell("message", message),
    });
  }

  private openIncoming(): Incoming {
    return new Incoming(this.conversation, this.presence, this.outbox, {
      answered: (frame) => this.sending.answered(frame),
      ready: () => void this.sending.flush(),
      arrived: (message) => this.tell("message", message),
    });
  }

  private openConnection(): Connection {
    return new Connection(this.rest, {
      conversationId: () => this.conversation.id.value,
      prepare: () => this.conversation.prepare(),
      since: () => this.conversation.timeline.rev,
      frame: (frame) => this.incoming.received(frame),
      changes: (changes) => this.caughtUp(changes),
      disconnected: () => this.sending.disconnected(),
      refused: (code) => (this.refusedBy.value = code),
      traffic: (traffic) => this.tell("frame", traffic),
    });
  }

  private openSending(): Sending {
    return new Sending(this.outbox, this.rest, this.connection, {
      conversationId: () => this.conversation.id.value,
      begun: (id) => this.conversation.begin(id),
      sentByHttp: (id) => this.awaitBot(id),
      locale: () => this.locale,
      quote: (id) => this.conversation.timeline.find(id)?.text.slice(0, QUOTED),
    });
  }

  private caughtUp(changes: Changes): void {
    this.incoming.caughtUp(changes);
    if (changes.messages.length > 0 && this.connection.state.value === "polling") void this.conversation.refresh();
  }

  /** Without a socket no frame tells of the bot's reply: `bot-response` answers once it is there. */
  private awaitBot(id: string): void {
    if (this.conversation.details.value?.bot === "off") return;
    this.presence.botTyped();
    if (this.connection.state.value === "socket") return;
    this.rest.call("POST", "/api/bot-response/", { conversation_id: id }).then(
      () => this.connection.retryNow(),
      () => this.presence.botTyped(false),
    );
  }

  private connectionChanged(state: ConnectionState): void {
    this.tell("connection", { state });
    if (state === "polling") void this.sending.flush();
  }

  private heardFromTab(message: TabMessage): void {
    const { readUpTo } = this.conversation;
    if (message.kind === "draft") this.draft.value = message.text;
    else if (message.kind === "read") readUpTo.value = Math.max(readUpTo.value, message.seq);
    else if (message.kind === "reset") this.onReset();
    else if (this.conversation.isOurChoice && message.id !== this.conversation.id.value) {
      this.conversation.enter(message.id);
      this.connection.start();
    }
  }

  private get draftKey(): string {
    return `draft:${this.session.name}`;
  }
}
