/** One open conversation: its messages and notes around what is looked at, live, and what is being sent. */
import { Timeline } from "../../client/timeline";
import type { InFrame, OutFrame, Suggestion } from "../../wire/frames";
import { batch, computed, signal } from "@preact/signals";
import { conversations, messages as api, notes as notesApi } from "../desk/api";
import { Channel, type ChannelState } from "../desk/Channel";
import type { Conversation, Message, Note, Source } from "../../wire/schema";
import { isWork } from "../desk/words";
import { apply, entry, keep } from "../inbox/list";
import { clearUnread, takesPart } from "../inbox/unread";
import { subscribe } from "../inbox/live";
import { Problem } from "../../client/problem";
import { me } from "../session";
import { Sending } from "./Sending";
import { ThreadPresence } from "./ThreadPresence";
import { ThreadSummary } from "./ThreadSummary";

const PAGE = 50;
/** Messages held at most; scrolling on reads a page and lets the furthest one go. */
const WINDOW = 200;

export class ThreadStore {
  readonly timeline = new Timeline(WINDOW);
  readonly messages = this.timeline.messages;
  readonly notes = signal<Note[]>([]);
  /** How many came while only older messages are held: they are not shown but counted. */
  readonly arrivedBelow = signal(0);
  readonly loading = signal<"first" | "older" | "newer" | null>("first");
  readonly error = signal<unknown>(null);
  readonly gone = signal<string | null>(null);
  readonly state = signal<ChannelState>("connecting");
  readonly suggestion = signal<Suggestion | null>(null);
  readonly summary: ThreadSummary;
  readonly presence = new ThreadPresence();
  readonly sending: Sending;
  readonly conversation = computed(() => this.known.value);

  private readonly known = signal<Conversation | null>(null);
  private channel: Channel | undefined;
  private read = 0;
  private readonly ends: (() => void)[] = [];
  private closed = false;

  constructor(readonly id: string) {
    this.sending = new Sending(id, (frame: OutFrame) => this.channel?.send(frame) ?? false);
    this.summary = new ThreadSummary(id);
    const held = entry(id)?.value;
    if (held) this.known.value = held;
    void this.open();
  }

  close(): void {
    this.closed = true;
    this.channel?.close();
    this.ends.forEach((end) => end());
    this.presence.clear();
    this.sending.close();
  }

  /** Reads the conversation and its newest page, and listens. */
  async open(): Promise<void> {
    batch(() => {
      this.error.value = null;
      this.loading.value = "first";
    });
    try {
      const [conversation, messages] = await Promise.all([
        conversations.get(this.id),
        api.list(this.id, { last: PAGE }),
      ]);
      if (this.closed) return;
      batch(() => {
        this.take(conversation);
        this.newest(messages);
        this.loading.value = null;
      });
      // what happens between these readings and the socket comes with `since`
      this.timeline.rev = conversation.rev;
      this.listen();
      await this.readNotes();
    } catch (error) {
      if (this.closed) return;
      batch(() => {
        this.loading.value = null;
        if (error instanceof Problem && (error.status === 404 || error.status === 403)) this.gone.value = error.message;
        else this.error.value = error;
      });
    }
  }

  private async readNotes(): Promise<void> {
    if (!this.isWork) return;
    try {
      this.notes.value = await notesApi.list(this.id);
    } catch (error) {
      // the thread is shown without them, but must not look as if there were none
      if (!this.closed) this.error.value = error;
    }
  }

  private listen(): void {
    if (this.channel) return;
    this.channel = new Channel({
      path: () => `/ws/chat/${encodeURIComponent(this.id)}/?since=${this.timeline.rev}`,
      frame: (frame) => batch(() => this.frame(frame)),
      state: (state) => {
        const before = this.state.value;
        this.state.value = state;
        if (state !== "live") this.presence.clear();
        else {
          this.sending.flush();
          if (before === "reconnecting") void this.readNotes();
        }
      },
      refused: (reason) => {
        this.gone.value = reason || "This conversation is not there any more.";
      },
    });
    // inboxes hear of notes and suggestions too: whichever comes first
    this.ends.push(subscribe((frame) => this.noteFrame(frame)));
    const end = this.follow();
    if (end) this.ends.push(end);
  }

  /** The list may hear of a change before this thread's socket does. */
  private follow(): (() => void) | undefined {
    return entry(this.id)?.subscribe((conversation) => {
      this.known.value = conversation;
    });
  }

  /** Among colleagues there are no notes and suggestions. */
  get isWork(): boolean {
    return this.known.value !== null && isWork(this.known.value);
  }

  private take(conversation: Conversation): void {
    keep(conversation);
    this.known.value = conversation;
  }

  /** Shows a conversation that a call answered with, here and in the list. */
  changed(conversation: Conversation): void {
    apply(conversation);
    this.known.value = conversation;
  }

  private frame(frame: InFrame): void {
    if (frame["rev"] && frame.type === "connected") this.presence.online.value = new Set(frame["online"] as string[]);
    switch (frame.type) {
      case "message:new":
        return this.arrived(frame["message"] as Message);
      case "message:changed":
        return this.merged(frame["message"] as Message);
      case "message:ack":
        return this.sending.acknowledged(String(frame["client_id"]));
      case "conversation:changed":
        return this.changed(frame["conversation"] as Conversation);
      case "read":
        return this.readUpTo(String(frame["user_id"]), Number(frame["seq"]));
      case "resync":
        void this.toNewest().then(() => {
          this.timeline.rev = Number(frame["rev"]);
        });
        return;
      case "error":
        return this.sending.refused(frame["client_id"] as string | undefined, String(frame["message"]));
      case "bot:delta":
        // a piece that comes after its whole message says nothing new
        if (!this.timeline.find(String(frame["message_id"]))) this.presence.frame(frame);
        return;
      default:
        this.presence.frame(frame);
        this.noteFrame(frame);
    }
  }

  private noteFrame(frame: InFrame): void {
    if (frame.type === "note:new" || frame.type === "note:changed") {
      const note = frame["note"] as Note;
      if (note.conversation_id === this.id) this.noted(note);
    } else if (frame.type === "note:deleted" && frame["conversation_id"] === this.id) {
      this.unnoted(String(frame["note_id"]));
    } else if (frame.type === "suggestion" && frame["conversation_id"] === this.id) {
      this.suggestion.value = { text: String(frame["text"]), sources: (frame["sources"] ?? []) as Source[] };
    }
  }

  noted(note: Note): void {
    const rest = this.notes.value.filter((one) => one.id !== note.id);
    this.notes.value = [...rest, note].sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }

  unnoted(id: string): void {
    this.notes.value = this.notes.value.filter((one) => one.id !== id);
  }

  private arrived(message: Message): void {
    this.presence.spoke(message.sender_id, message.type === "bot");
    if (message.client_id) this.sending.acknowledged(message.client_id);
    if (message.type !== "user") this.suggestion.value = null;
    if (this.timeline.hasNewer) this.arrivedBelow.value += 1;
    this.timeline.apply([message]);
  }

  /** An edit, a deletion, a reaction; also the answer of a call. */
  merged(message: Message): void {
    this.timeline.apply([message]);
  }

  private newest(messages: Message[]): void {
    // what went by REST, or from a page that was left, is here without an acknowledgement
    for (const { client_id } of messages) if (client_id) this.sending.acknowledged(client_id);
    this.timeline.restart(messages);
    this.arrivedBelow.value = 0;
  }

  /** Drops what is held and shows the newest page. */
  async toNewest(): Promise<void> {
    try {
      const messages = await api.list(this.id, { last: PAGE });
      if (!this.closed) batch(() => this.newest(messages));
    } catch (error) {
      if (!this.closed) this.error.value = error;
    }
  }

  /** Reads the page before or after what is held; what is furthest away is let go. */
  async page(way: "older" | "newer"): Promise<void> {
    const { timeline } = this;
    const edge = way === "older" ? timeline.messages.value[0] : timeline.newest;
    if (this.loading.value || !edge || !(way === "older" ? timeline.hasOlder : timeline.hasNewer)) return;
    this.loading.value = way;
    try {
      const from = way === "older" ? { before_seq: edge.seq } : { after_seq: edge.seq };
      const read = await api.list(this.id, { ...from, limit: PAGE });
      if (this.closed) return;
      batch(() => {
        if (way === "older") timeline.addPage(read);
        else timeline.addNewer(read, read.length < PAGE);
        if (!timeline.hasNewer) this.arrivedBelow.value = 0;
      });
    } catch (error) {
      if (!this.closed) this.error.value = error;
    } finally {
      this.loading.value = null;
    }
  }

  /** Everything that is there was looked at. */
  seen(): void {
    const { newest } = this.timeline;
    if (!newest || this.timeline.hasNewer) return;
    clearUnread(this.id);
    const conversation = this.known.value;
    // who takes no part has no receipt to give
    if (!conversation || !takesPart(conversation) || newest.seq <= this.read) return;
    if (!this.channel?.send({ type: "read", seq: newest.seq })) return;
    this.read = newest.seq;
    if (conversation.unread_count) keep({ ...conversation, unread_count: 0 });
  }

  private readUpTo(who: string, seq: number): void {
    if (who === me.value?.id) return;
    this.timeline.revise((one) =>
      one.seq <= seq && one.sender_id !== who && one.status !== "read" ? { ...one, status: "read" } : one,
    );
  }

  typing(is: boolean): void {
    this.channel?.send({ type: "typing", is_typing: is });
  }
}
