import { batch, computed, signal } from "@preact/signals";
import { Problem } from "../client/problem";
import type { Rest } from "../client/rest";
import type { Session } from "../client/session";
import type { Store } from "../client/store";
import { Timeline } from "../client/timeline";
import type { Page } from "../wire/page";
import type { Conversation, Message } from "../wire/schema";

/** What the conversation tells its chat. */
interface Listener {
  /** The visitor has gone over to another one. */
  entered(id: string): void;
  /** One that they had before, elsewhere, was found. */
  found(id: string): void;
  /** Its newest page was loaded. */
  loaded(page: readonly Message[]): void;
  /** A message that is news to the page. */
  arrived(message: Message): void;
}

const PAGE = 50;
const OLDER_PAGE = 100;

/** The visitor's conversation: which one it is, who takes part, what is loaded of it, and how far it was read. */
export class CurrentConversation {
  readonly id = signal<string | null>(null);
  /** As the server last described it. */
  readonly details = signal<Conversation | null>(null);
  readonly timeline = new Timeline();
  /** Everything up to this `seq` was read here, or in another tab. */
  readonly readUpTo = signal(0);
  /** The first page of the history is here, or there is none to load. */
  readonly isLoaded = signal(false);
  /** The visitor's own id, once there is a session. */
  readonly userId = signal<string | undefined>(undefined);

  readonly unread = computed(() => {
    const me = this.userId.value;
    const isUnread = (message: Message) =>
      message.seq > this.readUpTo.value && message.sender_id !== me && message.type !== "system" && !message.is_deleted;
    return this.timeline.messages.value.filter(isUnread).length;
  });

  private loaded: string | null = null;
  /** The one that began on this page: all of it is news. */
  private begunHere: string | null = null;
  private hasLooked = false;

  constructor(
    private readonly rest: Rest,
    private readonly session: Session,
    private readonly store: Store,
    /** The one that the page asks for: it is not remembered, and none takes its place. */
    private readonly given: string | undefined,
    private readonly listener: Listener,
  ) {
    this.userId.value = session.userId;
    this.id.value = given ?? store.get(this.key);
  }

  /** Whether the page leaves it to us which conversation it is. */
  get isOurChoice(): boolean {
    return this.given === undefined;
  }

  /** Whether this browser remembers one of the session's. */
  get isRemembered(): boolean {
    return this.store.get(this.key) !== null;
  }

  /** What must be there before the stream is continued: which conversation, its people, its newest page. */
  async prepare(): Promise<void> {
    await this.session.access();
    this.userId.value = this.session.userId;
    if (this.id.value === null) await this.look();
    const id = this.id.value;
    if (id !== null && this.loaded !== id) await this.load(id);
    this.isLoaded.value = true;
  }

  /** The visitor's first message has begun this conversation. */
  begin(id: string): void {
    this.begunHere = id;
    this.enter(id);
  }

  /** This conversation is ours from now on. */
  enter(id: string): void {
    if (id === this.id.value) return;
    batch(() => {
      this.timeline.clear();
      this.details.value = null;
      this.id.value = id;
    });
    this.loaded = null;
    if (this.isOurChoice) this.store.set(this.key, id);
    this.listener.entered(id);
  }

  /** Forgets which one it was; what is loaded stays. */
  forget(): void {
    this.store.remove(this.key);
  }

  /** Loads the page before the oldest message. */
  async loadOlder(): Promise<void> {
    const id = this.id.value;
    if (id === null || !this.timeline.hasOlder) return;
    const page = await this.rest.call<Message[]>(
      "GET",
      `/api/chat/conversations/${id}/messages/?limit=${OLDER_PAGE}&before_seq=${this.timeline.oldest}`,
    );
    if (id === this.id.value) this.timeline.addPage(page);
  }

  /** Asks for its people and receipts, of which without a socket nobody tells. */
  async refresh(): Promise<void> {
    const id = this.id.value;
    const conversation = await this.rest
      .call<Conversation>("GET", `/api/chat/conversations/${id}/`)
      .catch(() => undefined);
    if (conversation) this.changed(conversation);
  }

  /** A conversation of ours has changed: this one, or another. */
  changed(conversation: Conversation): void {
    if (conversation.id === this.id.value) this.describe(conversation);
  }

  /** It is as the server describes it. */
  describe(conversation: Conversation): void {
    this.details.value = conversation;
    this.meet(conversation.participants);
  }

  /** These take part, and have read so far. */
  meet(participants: Conversation["participants"]): void {
    for (const person of participants) this.markReadBy(person.id, person.last_read_seq);
  }

  /** Somebody has read up to this `seq`. */
  markReadBy(who: string, seq: number): void {
    const mark = who === this.userId.value ? this.readUpTo : this.timeline.readByOthers;
    mark.value = Math.max(mark.value, seq);
  }

  /** Somebody else's client has got everything. */
  markDelivered(): void {
    this.timeline.deliveredToOthers.value = this.timeline.newest?.seq ?? 0;
  }

  /** Somebody whom the site knows may have talked to us from another browser. */
  private async look(): Promise<void> {
    if (!this.session.isIdentified || this.hasLooked) return;
    const page = await this.rest.call<Page<Conversation>>("GET", "/api/chat/conversations/?limit=20");
    this.hasLooked = true;
    const own = page.results.find((conversation) => conversation.kind === "support" && !conversation.is_archived);
    if (!own || this.id.value !== null) return;
    this.id.value = own.id;
    this.store.set(this.key, own.id);
    this.listener.found(own.id);
  }

  private async load(id: string): Promise<void> {
    try {
      const conversation = await this.rest.call<Conversation>("GET", `/api/chat/conversations/${id}/`);
      const page = await this.rest.call<Message[]>("GET", `/api/chat/conversations/${id}/messages/?last=${PAGE}`);
      if (this.id.value !== id) return;
      this.loaded = id;
      batch(() => {
        this.timeline.addPage(page);
        // changes after this are the stream's; the page may hold some of them already
        this.timeline.rev = Math.max(this.timeline.rev, conversation.rev);
        this.describe(conversation);
        this.listener.loaded(page);
      });
      if (id === this.begunHere) for (const message of page) this.listener.arrived(message);
    } catch (error) {
      // one that we remembered is gone, or was another visitor's: there is none
      if (!(error instanceof Problem) || error.status !== 404 || !this.isOurChoice) throw error;
      this.forget();
      this.id.value = null;
    }
  }

  private get key(): string {
    return `conversation:${this.session.name}`;
  }
}
