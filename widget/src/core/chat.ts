import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { Problem } from "../client/problem";
import { Rest } from "../client/rest";
import { Session } from "../client/session";
import { type Store, openStore } from "../client/store";
import type { InFrame } from "../wire/frames";
import type { Page } from "../wire/page";
import type { Changes, Conversation, Message, Prompt } from "../wire/schema";
import { Actions } from "./actions";
import type { ConnectionState, WidgetEvents } from "./api";
import { Connection } from "./connection";
import { Delivery } from "./delivery";
import type { Options } from "./options";
import { type Draft, Outbox, belongs } from "../client/outbox";
import { Presence } from "../client/presence";
import { Tabs, type Word } from "./tabs";
import { Timeline } from "../client/timeline";
import { Uploads } from "../client/uploads";

/** What a chat tells the page; the element tells the rest. */
type ChatEvents = Omit<WidgetEvents, "ready" | "open" | "close">;

/** Tells the page. */
type Tell = <K extends keyof ChatEvents>(event: K, detail: ChatEvents[K]) => void;

const PAGE = 50;
const OLDER_PAGE = 100;
/** So much of a message is quoted where replies cannot be referred to. */
const QUOTED = 200;

/** One visitor's chat with the company: who they are, their conversation, and everything that moves in it. */
export class Chat {
  readonly store: Store;
  readonly session: Session;
  readonly rest: Rest;
  readonly connection: Connection;
  readonly delivery: Delivery;
  readonly outbox: Outbox;
  readonly tabs: Tabs;
  readonly uploads: Uploads;
  readonly actions: Actions;
  readonly timeline = new Timeline();
  readonly presence = new Presence();

  readonly conversationId = signal<string | null>(null);
  readonly conversation = signal<Conversation | null>(null);
  readonly prompts = signal<readonly Prompt[]>([]);
  /** Everything up to this `seq` was read here, or in another tab. */
  readonly readUpTo = signal(0);
  /** What was written but not sent. */
  readonly draft = signal("");
  /** A close code or status with which the server sent us away for good. */
  readonly refusedBy = signal<number | null>(null);
  /** The first page of the history is here, or there is none to load. */
  readonly isLoaded = signal(false);
  readonly userId = signal<string | undefined>(undefined);

  readonly unread = computed(() => {
    const me = this.userId.value;
    const isUnread = (message: Message) =>
      message.seq > this.readUpTo.value && message.sender_id !== me && message.type !== "system" && !message.is_deleted;
    return this.timeline.messages.value.filter(isUnread).length;
  });
  /** Messages of ours that are still on their way. */
  readonly pending = computed(() =>
    this.outbox.entries.value.filter((entry) => belongs(entry, this.conversationId.value)),
  );

  private loaded: string | null = null;
  /** The conversation that began on this page: all of it is news. */
  private begunHere: string | null = null;
  private hasLooked = false;
  private readonly ends: (() => void)[] = [];

  constructor(
    readonly options: Options,
    private readonly tell: Tell,
  ) {
    const base = options.apiBase;
    this.store = openStore(`switchboard:${base}:`);
    this.session = new Session(
      base,
      { token: options.token, visitorToken: options.visitorToken },
      this.store,
      () => this.store.get(this.conversationKey) === null,
    );
    this.rest = new Rest(base, this.session, (traffic) => tell("frame", traffic));
    this.outbox = new Outbox(this.store, this.session.name);
    this.uploads = new Uploads(this.rest, { awaitsCheck: true });
    this.actions = new Actions(this);
    this.connection = new Connection(this.rest, {
      place: () => this.conversationId.value,
      prepare: () => this.prepare(),
      since: () => this.timeline.rev,
      frame: (frame) => this.received(frame),
      changes: (changes) => this.caughtUp(changes),
      lost: () => this.delivery.lost(),
      refused: (code) => (this.refusedBy.value = code),
      traffic: (traffic) => tell("frame", traffic),
    });
    this.delivery = new Delivery(this.outbox, this.rest, this.connection, {
      place: () => this.conversationId.value,
      begun: (id) => {
        this.begunHere = id;
        this.enter(id);
      },
      sentByHttp: (id) => this.awaitBot(id),
      quote: (id) => this.timeline.find(id)?.text.slice(0, QUOTED),
    });
    this.tabs = new Tabs(`switchboard:${base}:${this.session.name}`, (word) => this.heardFromTab(word));
    this.userId.value = this.session.userId;
    this.conversationId.value = options.conversationId ?? this.store.get(this.conversationKey);
    this.draft.value = this.store.get(this.draftKey) ?? "";
    this.ends.push(
      effect(() => {
        const count = this.unread.value;
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
    if (this.conversationId.value !== null || this.session.isIdentified) this.wake();
  }

  /** Connects, and fetches what a newcomer is shown. */
  wake(): void {
    this.connection.start();
    if (this.outbox.entries.value.length > 0) void this.delivery.flush();
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
    this.delivery.stop();
    this.presence.clear();
    this.tabs.close();
  }

  /** Signs out and forgets everything, here and in the other tabs. */
  async forget(): Promise<void> {
    this.tabs.tell({ kind: "reset" });
    this.stop();
    this.outbox.clear();
    for (const key of [this.conversationKey, this.draftKey]) this.store.remove(key);
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
    this.delivery.send({ text, ...rest, conversation: this.conversationId.value ?? undefined });
  }

  /** Everything so far was seen. */
  markRead(): void {
    const seq = this.timeline.newest?.seq ?? 0;
    const id = this.conversationId.value;
    if (id === null || this.unread.value === 0 || seq <= this.readUpTo.value) return;
    this.readUpTo.value = seq;
    this.tabs.tell({ kind: "read", seq });
    if (this.connection.send({ type: "read", seq })) return;
    // a lost receipt costs nothing: the next one covers it
    this.rest.call("POST", `/api/chat/conversations/${id}/read/`, { seq }).catch(() => undefined);
  }

  /** Loads the page before the oldest message. */
  async loadOlder(): Promise<void> {
    const id = this.conversationId.value;
    if (id === null || !this.timeline.hasOlder) return;
    const page = await this.rest.call<Message[]>(
      "GET",
      `/api/chat/conversations/${id}/messages/?limit=${OLDER_PAGE}&before_seq=${this.timeline.oldest}`,
    );
    if (id === this.conversationId.value) this.timeline.addPage(page);
  }

  /** This conversation is ours from now on. */
  private enter(id: string): void {
    if (id === this.conversationId.value) return;
    batch(() => {
      this.timeline.clear();
      this.conversation.value = null;
      this.conversationId.value = id;
    });
    this.loaded = null;
    if (this.options.conversationId === undefined) this.store.set(this.conversationKey, id);
    this.tabs.tell({ kind: "conversation", id });
    this.tell("conversation-change", { conversationId: id });
    this.connection.moved();
  }

  /** What must be there before the stream is continued: which conversation, its people, its newest page. */
  private async prepare(): Promise<void> {
    await this.session.access();
    this.userId.value = this.session.userId;
    if (this.conversationId.value === null) await this.look();
    const id = this.conversationId.value;
    if (id !== null && this.loaded !== id) await this.load(id);
    this.isLoaded.value = true;
  }

  /** Somebody whom the site knows may have talked to us from another browser. */
  private async look(): Promise<void> {
    if (!this.session.isIdentified || this.hasLooked) return;
    const page = await this.rest.call<Page<Conversation>>("GET", "/api/chat/conversations/?limit=20");
    this.hasLooked = true;
    const own = page.results.find((conversation) => conversation.kind === "support" && !conversation.is_archived);
    if (!own || this.conversationId.value !== null) return;
    this.conversationId.value = own.id;
    this.store.set(this.conversationKey, own.id);
    this.tell("conversation-change", { conversationId: own.id });
  }

  private async load(id: string): Promise<void> {
    try {
      const conversation = await this.rest.call<Conversation>("GET", `/api/chat/conversations/${id}/`);
      const page = await this.rest.call<Message[]>("GET", `/api/chat/conversations/${id}/messages/?last=${PAGE}`);
      if (this.conversationId.value !== id) return;
      this.loaded = id;
      batch(() => {
        this.timeline.addPage(page);
        // changes after this are the stream's; the page may hold some of them already
        this.timeline.rev = Math.max(this.timeline.rev, conversation.rev);
        this.described(conversation);
        this.settle(page);
      });
      if (id === this.begunHere) for (const message of page) this.tell("message", message);
    } catch (error) {
      // one that we remembered is gone, or was another visitor's: there is none
      if (!(error instanceof Problem) || error.status !== 404 || this.options.conversationId !== undefined) throw error;
      this.store.remove(this.conversationKey);
      this.conversationId.value = null;
    }
  }

  /** The conversation as the server describes it. */
  described(conversation: Conversation): void {
    this.conversation.value = conversation;
    this.people(conversation.participants);
  }

  private people(participants: Conversation["participants"]): void {
    const me = this.userId.value;
    const others = participants.filter((person) => person.id !== me).map((person) => person.last_read_seq);
    this.timeline.readByOthers.value = Math.max(this.timeline.readByOthers.value, 0, ...others);
    const mine = participants.find((person) => person.id === me)?.last_read_seq ?? 0;
    this.readUpTo.value = Math.max(this.readUpTo.value, mine);
  }

  private received(frame: InFrame): void {
    switch (frame.type) {
      case "connected":
        return this.joined(frame);
      case "message:new":
      case "message:changed":
        return this.changed(frame["message"] as Message);
      case "message:ack":
      case "error":
        return this.delivery.heard(frame);
      case "conversation:changed":
        return this.conversationChanged(frame["conversation"] as Conversation);
      case "bot:typing":
        return this.presence.botTyped();
      case "bot:delta":
        if (this.timeline.find(String(frame["message_id"]))) return;
        return this.presence.streamed(String(frame["message_id"]), Number(frame["index"]), String(frame["text"]));
      default:
        return this.signalled(frame);
    }
  }

  /** Somebody came, types or has read. */
  private signalled(frame: InFrame): void {
    const id = String(frame["user_id"]);
    const isOther = id !== this.userId.value;
    if (frame.type === "typing") {
      // our own typing comes back: it is another tab's, unless it is this one that types
      if (isOther || !this.isTypingHere)
        this.presence.typed(id, this.displayName(id, String(frame["username"])), frame["is_typing"] === true);
    } else if (frame.type === "read") {
      const mark = isOther ? this.timeline.readByOthers : this.readUpTo;
      mark.value = Math.max(mark.value, Number(frame["seq"]));
    } else if (frame.type === "user_joined" && isOther) {
      this.timeline.deliveredToOthers.value = this.timeline.newest?.seq ?? 0;
    }
  }

  private displayName(id: string, username: string): string {
    const person = this.conversation.value?.participants.find((one) => one.id === id);
    return person ? [person.first_name, person.last_name].filter(Boolean).join(" ") || username : username;
  }

  /** Whether this very tab is telling the others that we type. */
  isTypingHere = false;

  private joined(frame: InFrame): void {
    const online = Array.isArray(frame["online"]) ? frame["online"] : [];
    if (Array.isArray(frame["participants"])) this.people(frame["participants"] as Conversation["participants"]);
    if (online.some((id) => id !== this.userId.value))
      this.timeline.deliveredToOthers.value = this.timeline.newest?.seq ?? 0;
    void this.delivery.flush();
  }

  private conversationChanged(conversation: Conversation): void {
    if (conversation.id === this.conversationId.value) this.described(conversation);
  }

  private changed(message: Message): void {
    if (message.conversation_id !== this.conversationId.value) {
      // the inbox: a conversation of ours has begun elsewhere
      if (this.conversationId.value === null) this.enter(message.conversation_id);
      return;
    }
    this.applied([message]);
  }

  private caughtUp(changes: Changes): void {
    this.applied(changes.messages);
    this.timeline.rev = Math.max(this.timeline.rev, changes.rev);
    void this.delivery.flush();
    if (changes.messages.length > 0 && this.connection.state.value === "polling") void this.refresh();
  }

  /** Without a socket nobody tells of people and receipts: they are asked for when something else happened. */
  private async refresh(): Promise<void> {
    const id = this.conversationId.value;
    const conversation = await this.rest
      .call<Conversation>("GET", `/api/chat/conversations/${id}/`)
      .catch(() => undefined);
    if (conversation) this.conversationChanged(conversation);
  }

  private applied(messages: readonly Message[]): void {
    batch(() => {
      const fresh = this.timeline.apply(messages);
      this.settle(messages);
      for (const message of fresh) this.tell("message", message);
    });
  }

  /** What is among the messages is not on its way any more, and who spoke has done typing. */
  private settle(messages: readonly Message[]): void {
    for (const message of messages) {
      this.presence.spoke(message.sender_id, message.type === "bot");
      if (message.client_id && message.sender_id === this.userId.value) this.outbox.remove(message.client_id);
    }
  }

  /** By HTTP nothing is heard of the bot's work until it is done: `bot-response` waits for it. */
  private awaitBot(id: string): void {
    if (this.conversation.value?.bot === "off") return;
    this.presence.botTyped();
    if (this.connection.state.value === "socket") return;
    this.rest.call("POST", "/api/bot-response/", { conversation_id: id }).then(
      () => this.connection.hurry(),
      () => this.presence.botTyped(false),
    );
  }

  private connectionChanged(state: ConnectionState): void {
    this.tell("connection", { state });
    if (state === "polling") void this.delivery.flush();
  }

  private heardFromTab(word: Word): void {
    if (word.kind === "draft") this.draft.value = word.text;
    else if (word.kind === "read") this.readUpTo.value = Math.max(this.readUpTo.value, word.seq);
    else if (word.kind === "reset") this.onReset();
    else if (this.options.conversationId === undefined && word.id !== this.conversationId.value) {
      this.enter(word.id);
      this.connection.start();
    }
  }

  /** Another tab has signed out; set by whoever made this chat. */
  onReset: () => void = () => {};

  private get conversationKey(): string {
    return `conversation:${this.session.name}`;
  }

  private get draftKey(): string {
    return `draft:${this.session.name}`;
  }
}
