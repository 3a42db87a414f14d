"use client";
import { forwardRef, useRef, useEffect, useImperativeHandle, createElement } from "react";
const TAG = "chat-widget";
let loading;
function load(apiBase) {
  if (customElements.get(TAG)) return Promise.resolve();
  return loading ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = `${apiBase}/widget/core.js`;
    script.onload = () => loaded();
    script.onerror = () => {
      script.remove();
      loading = void 0;
      failed(new Error(`the chat widget could not be loaded from ${script.src}`));
    };
    document.head.append(script);
  });
}
const withoutSlash = (base) => (base ?? "").replace(/\/+$/, "");
function attributesOf(props) {
  return {
    "api-base": withoutSlash(props.apiBase) || void 0,
    "bot-name": props.botName,
    position: props.position,
    "primary-color": props.primaryColor,
    "secondary-color": props.secondaryColor,
    // React 18 writes `className` of a custom element as it stands
    class: props.className,
    style: props.style,
    disabled: props.disabled ? "" : void 0,
    "conversation-id": props.conversationId,
    token: props.token,
    "visitor-token": props.visitorToken,
    theme: props.theme,
    locale: props.locale,
    greeting: props.greeting
  };
}
const ChatBot = forwardRef(function ChatBot2(props, ref) {
  const element = useRef(null);
  const latest = useRef(props);
  const apiBase = withoutSlash(props.apiBase);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    load(apiBase).catch((error) => console.error("Switchboard:", error));
  }, [apiBase]);
  useEffect(() => {
    const widget = element.current;
    if (!widget) return;
    const ends = [
      listen(
        widget,
        "conversation-change",
        ({ conversationId }) => latest.current.onConversationChange?.(conversationId)
      ),
      listen(widget, "message", (message) => latest.current.onMessage?.(message)),
      listen(widget, "unread", ({ count }) => latest.current.onUnread?.(count)),
      listen(widget, "open", () => latest.current.onOpen?.()),
      listen(widget, "close", () => latest.current.onClose?.())
    ];
    return () => ends.forEach((end) => end());
  }, []);
  useImperativeHandle(ref, () => handleOf(() => element.current), []);
  return createElement(TAG, {
    ...attributesOf(props),
    ref: element,
    // the element notes its theme on itself, maybe before React is there
    suppressHydrationWarning: true
  });
});
const EnhancedChatBot = forwardRef(
  function EnhancedChatBot2(props, ref) {
    const { botName = "Assistant", position = "bottom-right", theme = "auto", ...rest } = props;
    return createElement(ChatBot, { ...rest, botName, position, theme, ref });
  }
);
function listen(widget, event, tell) {
  const heard = (happened) => tell(happened.detail);
  widget.addEventListener(`switchboard:${event}`, heard);
  return () => widget.removeEventListener(`switchboard:${event}`, heard);
}
function handleOf(element) {
  const once = async (act) => {
    if (!element()?.api) await customElements.whenDefined(TAG);
    const api = element()?.api;
    return api ? await act(api) : void 0;
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
      return widget ? listen(widget, event, tell) : () => {
      };
    },
    isConnected: () => element()?.api?.isConnected() ?? false,
    getConversationId: () => element()?.api?.getConversationId() ?? null
  };
}
export {
  ChatBot,
  EnhancedChatBot
};
