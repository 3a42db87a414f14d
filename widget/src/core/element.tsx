import { render } from "preact";
import { claimsOf } from "../client/session";
import { followTheme } from "../kit/theme";
import type { WidgetApi, WidgetEvents } from "./api";
import { Chat } from "./chat";
import { ATTRIBUTES, IDENTITY, type Options, readOptions } from "./options";
import { styles } from "./styles";
import { spoken } from "./texts";
import { Widget } from "./ui/Widget";
import { View, ViewContext } from "./view";

/** Where the core was loaded from: the server, unless `api-base` names another. */
const ORIGIN = new URL(import.meta.url).origin;

/**
 * `<chat-widget>`. Its methods are those of `api`, except for `isConnected`, which every DOM node has already and which
 * says whether it is in the document: whether there is a live connection is `element.api.isConnected()`.
 */
export class ChatWidget extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;
  private view: View | undefined;
  private endTheme: () => void = () => {};
  private returnTo: HTMLElement | null = null;
  private readonly listeners = new Map<string, Set<(detail: never) => void>>();

  /** Everything that a page can do with it. */
  readonly api: WidgetApi = {
    open: () => this.open(),
    close: () => this.close(),
    toggle: () => this.toggle(),
    show: () => this.show(),
    hide: () => this.hide(),
    setUser: (token) => this.setUser(token),
    reset: () => this.reset(),
    on: (event, listener) => this.on(event, listener),
    isConnected: () => this.view?.chat.value.connection.state.value === "socket",
    getConversationId: () => this.getConversationId(),
  };

  open(): void {
    const view = this.view;
    if (!view || view.isOpen.value || view.options.value.disabled) return;
    this.returnTo = deepActiveElement();
    view.isHidden.value = false;
    view.isOpen.value = true;
    view.chat.value.wake();
    this.emit("open", {});
  }

  close(): void {
    const view = this.view;
    if (!view?.isOpen.value) return;
    view.isOpen.value = false;
    this.emit("close", {});
    const back = this.returnTo?.isConnected ? this.returnTo : this.shadowRoot?.querySelector<HTMLElement>(".launcher");
    this.returnTo = null;
    back?.focus({ preventScroll: true });
  }

  toggle(): void {
    if (this.view?.isOpen.value) this.close();
    else this.open();
  }

  /** Shows the button again after `hide`. */
  show(): void {
    if (this.view) this.view.isHidden.value = false;
  }

  /** Hides button and panel; messages still arrive. */
  hide(): void {
    this.close();
    if (this.view) this.view.isHidden.value = true;
  }

  /** A visitor token of the site (or an access token of ours) says who is talking now. */
  setUser(token: string): void {
    const isOurs = claimsOf(token)?.["typ"] === "access";
    this.removeAttribute(isOurs ? "visitor-token" : "token");
    this.setAttribute(isOurs ? "token" : "visitor-token", token);
  }

  /** Signs out and forgets the conversation. */
  async reset(): Promise<void> {
    const chat = this.view?.chat.value;
    for (const name of ["token", "visitor-token", "conversation-id"]) this.removeAttribute(name);
    await chat?.forget();
    this.replaceChat();
  }

  on<K extends keyof WidgetEvents>(event: K, listener: (detail: WidgetEvents[K]) => void): () => void {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all);
    all.add(listener);
    return () => void all.delete(listener);
  }

  getConversationId(): string | null {
    return this.view?.chat.value.conversation.id.value ?? null;
  }

  connectedCallback(): void {
    // moved within the document: it goes on as it is
    if (this.view) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = styles();
    const options = readOptions(this, ORIGIN);
    this.view = new View(
      this.begin(options),
      options,
      () => this.close(),
      () => this.open(),
    );
    this.follow(options);
    render(
      <ViewContext.Provider value={this.view}>
        <Widget />
      </ViewContext.Provider>,
      root,
    );
    this.view.chat.value.start();
    queueMicrotask(() => this.emit("ready", {}));
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected || !this.view) return;
      this.view.chat.value.stop();
      this.endTheme();
      if (this.shadowRoot) render(null, this.shadowRoot);
      this.view = undefined;
    });
  }

  attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (!this.view || old === value) return;
    if (IDENTITY.includes(name)) {
      // several may be set in a row: one new chat for all of them
      if (this.isChanging) return;
      this.isChanging = true;
      queueMicrotask(() => {
        this.isChanging = false;
        this.replaceChat();
      });
    } else {
      const options = readOptions(this, ORIGIN);
      this.view.options.value = options;
      this.follow(options);
      if (options.disabled) this.close();
    }
  }

  private isChanging = false;

  private begin(options: Options): Chat {
    const chat = new Chat(options, (event, detail) => this.emit(event, detail as never));
    chat.onReset = () => this.replaceChat();
    return chat;
  }

  /** Somebody else, or somewhere else: nothing of the old chat stays. */
  private replaceChat(): void {
    const view = this.view;
    if (!view) return;
    view.chat.value.stop();
    const options = readOptions(this, ORIGIN);
    view.replyTo.value = view.editing.value = null;
    view.isSearching.value = false;
    view.articles.value = [];
    view.options.value = options;
    view.chat.value = this.begin(options);
    this.emit("conversation-change", { conversationId: this.getConversationId() });
    if (view.isOpen.value) view.chat.value.wake();
    else view.chat.value.start();
  }

  private follow(options: Options): void {
    this.endTheme();
    this.endTheme = followTheme(this, options.theme);
    if (this.view) this.view.chat.value.locale = spoken(options.locale);
    const texts = this.view?.texts;
    // where a language does not load the widget stays in English
    texts?.use(options.locale).catch(() => undefined);
  }

  private emit<K extends keyof WidgetEvents>(event: K, detail: WidgetEvents[K]): void {
    if (event === "frame") logFrame(detail as WidgetEvents["frame"]);
    for (const listener of this.listeners.get(event) ?? []) {
      try {
        listener(detail as never);
      } catch (error) {
        // the page's mistake, not ours: the chat goes on
        reportError(error);
      }
    }
    this.dispatchEvent(new CustomEvent(`switchboard:${event}`, { detail, bubbles: true, composed: true }));
  }
}

/** The guide's `localStorage.setItem('debug', 'websocket')`. Frames hold no tokens. */
function logFrame({ direction, via, frame }: WidgetEvents["frame"]): void {
  try {
    if (localStorage.getItem("debug")?.includes("websocket"))
      console.info(`[switchboard] ${direction === "in" ? "←" : "→"} ${via}`, frame);
  } catch {
    // storage is blocked: nobody can have asked for it
  }
}

/** What has the focus, within our own or others' shadow roots too. */
function deepActiveElement(): HTMLElement | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active instanceof HTMLElement && active !== document.body ? active : null;
}
