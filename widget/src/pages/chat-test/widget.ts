/** The widget of this page: `<chat-widget>` with the loader beside it, as a site would have it. */
import { conversationId, connection, isOpen, locale, log, person, position, theme } from "./state";

/** What of the widget's interface this page uses. */
interface ChatBot {
  open(): void;
  reset(): Promise<void>;
  isConnected(): boolean;
  getConversationId(): string | null;
}

export const chatBot = (): ChatBot | undefined => (window as unknown as { chatBot?: ChatBot }).chatBot;

let element: HTMLElement | undefined;

/** Notes what the widget tells the page. */
export function listen(): void {
  on<{ direction: "in" | "out"; via: "socket" | "http"; frame: unknown }>("frame", (told) =>
    log(told.direction, told.via, told.frame),
  );
  on<{ state: NonNullable<typeof connection.value> }>("connection", ({ state }) => {
    connection.value = state;
    // one that was known before is no change
    conversationId.value = chatBot()?.getConversationId() ?? conversationId.value;
  });
  on("open", () => (isOpen.value = true));
  on("close", () => (isOpen.value = false));
  on<{ conversationId: string | null }>("conversation-change", (told) => (conversationId.value = told.conversationId));
}

function on<T>(event: string, note: (detail: T) => void): void {
  document.addEventListener(`switchboard:${event}`, (happened) => note((happened as CustomEvent<T>).detail));
}

/**
 * Keeps the widget as the page is set: there while somebody is signed in, with that person's token, theme, place and
 * language.
 */
export function follow(): void {
  const who = person.value;
  if (!who) {
    element?.remove();
    element = undefined;
    connection.value = conversationId.value = null;
    isOpen.value = false;
    return;
  }
  const widget = element ?? document.createElement("chat-widget");
  set(widget, "token", who.token);
  set(widget, "theme", theme.value);
  set(widget, "locale", locale.value);
  set(widget, "position", position.value);
  set(widget, "bot-name", "Switchboard Bot");
  widget.dir = locale.value === "ar" ? "rtl" : "ltr";
  if (element) return;
  element = widget;
  document.body.append(widget);
  load();
}

function set(widget: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) widget.removeAttribute(name);
  else if (widget.getAttribute(name) !== value) widget.setAttribute(name, value);
}

/** The loader makes `window.chatBot` and `Switchboard(…)`, and defines the element. */
function load(): void {
  if (document.querySelector("script[src='/widget.js']")) return;
  const script = document.createElement("script");
  script.src = "/widget.js";
  document.head.append(script);
}
