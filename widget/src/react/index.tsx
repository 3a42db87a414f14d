/**
 * The chat widget in React: `import { EnhancedChatBot } from "@switchboard/widget/react"`.
 *
 * On the server it is the bare tag `<chat-widget …>`; in the browser the server's `/widget/core.js` brings it to life.
 */
import {
  type CSSProperties,
  type ForwardRefExoticComponent,
  type RefAttributes,
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useRef,
} from "react";
import type { WidgetApi, WidgetEvents } from "../core/api";

/** A message, as REST gives it. */
export type ChatMessage = WidgetEvents["message"];

/** What can be listened to through the ref, with what the listener is told. */
export type ChatBotEvents = WidgetEvents;

/** What a page can do with the widget, through a `ref`. Calls made before it is loaded are done once it is. */
export type ChatBotHandle = WidgetApi;

export interface ChatBotProps {
  /** The server's origin, `https://chat.example.com`; the page's own where it is left out. */
  apiBase?: string;
  botName?: string;
  position?: "bottom-right" | "bottom-left";
  /** Any CSS colour: of the button and of one's own messages. */
  primaryColor?: string;
  /** Where the head's gradient goes to. */
  secondaryColor?: string;
  className?: string;
  style?: CSSProperties;
  /** The button is there, and does nothing. */
  disabled?: boolean;
  /** The conversation to show; the person's last one where it is left out. */
  conversationId?: string;
  /** An access token of the server. */
  token?: string;
  /** A JWT that the site signed for its visitor. */
  visitorToken?: string;
  theme?: "light" | "dark" | "auto";
  /** `en`, `de`, `fr`, `es`, `ar`; the document's language where it is left out. */
  locale?: string;
  /** The first words in an empty conversation. */
  greeting?: string;
  /** Another conversation is shown; `null` after `reset()`. */
  onConversationChange?: (conversationId: string | null) => void;
  onMessage?: (message: ChatMessage) => void;
  onUnread?: (count: number) => void;
  onOpen?: () => void;
  onClose?: () => void;
}

/** A component that takes `ref`. */
export type ChatBotComponent = ForwardRefExoticComponent<ChatBotProps & RefAttributes<ChatBotHandle>>;

/** `<chat-widget>` once it is defined. */
type Widget = HTMLElement & { api?: ChatBotHandle };

const TAG = "chat-widget";
let loading: Promise<void> | undefined;

/** Loads the element's code, once for all components. A failed attempt is made anew by the next component. */
function load(apiBase: string): Promise<void> {
  if (customElements.get(TAG)) return Promise.resolve();
  return (loading ??= new Promise<void>((loaded, failed) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = `${apiBase}/widget/core.js`;
    script.onload = () => loaded();
    script.onerror = () => {
      script.remove();
      loading = undefined;
      failed(new Error(`the chat widget could not be loaded from ${script.src}`));
    };
    document.head.append(script);
  }));
}

const withoutSlash = (base: string | undefined) => (base ?? "").replace(/\/+$/, "");

/** The element's attributes; what is `undefined` is left to the element. */
function attributesOf(props: ChatBotProps): Record<string, unknown> {
  return {
    "api-base": withoutSlash(props.apiBase) || undefined,
    "bot-name": props.botName,
    position: props.position,
    "primary-color": props.primaryColor,
    "secondary-color": props.secondaryColor,
    // React 18 writes `className` of a custom element as it stands
    class: props.className,
    style: props.style,
    disabled: props.disabled ? "" : undefined,
    "conversation-id": props.conversationId,
    token: props.token,
    "visitor-token": props.visitorToken,
    theme: props.theme,
    locale: props.locale,
    greeting: props.greeting,
  };
}

/** The chat widget with the element's own defaults: it sets only what you give it. */
export const ChatBot: ChatBotComponent = forwardRef<ChatBotHandle, ChatBotProps>(function ChatBot(props, ref) {
  const element = useRef<Widget>(null);
  const latest = useRef(props);
  const apiBase = withoutSlash(props.apiBase);

  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    load(apiBase).catch((error: unknown) => console.error("Switchboard:", error));
  }, [apiBase]);

  useEffect(() => {
    const widget = element.current;
    if (!widget) return;
    const ends = [
      listen(widget, "conversation-change", ({ conversationId }) =>
        latest.current.onConversationChange?.(conversationId),
      ),
      listen(widget, "message", (message) => latest.current.onMessage?.(message)),
      listen(widget, "unread", ({ count }) => latest.current.onUnread?.(count)),
      listen(widget, "open", () => latest.current.onOpen?.()),
      listen(widget, "close", () => latest.current.onClose?.()),
    ];
    return () => ends.forEach((end) => end());
  }, []);

  useImperativeHandle(ref, () => handleOf(() => element.current), []);

  return createElement(TAG, {
    ...attributesOf(props),
    ref: element,
    // the element notes its theme on itself, maybe before React is there
    suppressHydrationWarning: true,
  });
});

/** The chat widget as the guide has it: `ChatBot` with a name, a place and the system's theme filled in. */
export const EnhancedChatBot: ChatBotComponent = forwardRef<ChatBotHandle, ChatBotProps>(
  function EnhancedChatBot(props, ref) {
    const { botName = "Assistant", position = "bottom-right", theme = "auto", ...rest } = props;
    return createElement(ChatBot, { ...rest, botName, position, theme, ref });
  },
);

function listen<K extends keyof ChatBotEvents>(
  widget: Widget,
  event: K,
  tell: (detail: ChatBotEvents[K]) => void,
): () => void {
  const heard = (happened: Event) => tell((happened as CustomEvent<ChatBotEvents[K]>).detail);
  widget.addEventListener(`switchboard:${event}`, heard);
  return () => widget.removeEventListener(`switchboard:${event}`, heard);
}

function handleOf(element: () => Widget | null): ChatBotHandle {
  const once = async <T,>(act: (api: ChatBotHandle) => T): Promise<Awaited<T> | undefined> => {
    if (!element()?.api) await customElements.whenDefined(TAG);
    // it may have left the page meanwhile
    const api = element()?.api;
    return api ? await act(api) : undefined;
  };
  return {
    open: () => void once((api) => api.open()),
    close: () => void once((api) => api.close()),
    toggle: () => void once((api) => api.toggle()),
    show: () => void once((api) => api.show()),
    hide: () => void once((api) => api.hide()),
    setUser: (token) => void once((api) => api.setUser(token)),
    reset: () => once((api) => api.reset()),
    on: (event, tell) => {
      const widget = element();
      return widget ? listen(widget, event, tell) : () => {};
    },
    isConnected: () => element()?.api?.isConnected() ?? false,
    getConversationId: () => element()?.api?.getConversationId() ?? null,
  };
}
