/**
 * The chat widget in React: `import { EnhancedChatBot } from "@switchboard/widget/react"`.
 *
 * On the server it is the bare tag `<chat-widget …>`; in the browser the server's `/widget/core.js` brings it to life.
 */
import { type CSSProperties, type ForwardRefExoticComponent, type RefAttributes } from "react";
import type { WidgetApi, WidgetEvents } from "../core/api.js";
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
/** The chat widget with the element's own defaults: it sets only what you give it. */
export declare const ChatBot: ChatBotComponent;
/** The chat widget as the guide has it: `ChatBot` with a name, a place and the system's theme filled in. */
export declare const EnhancedChatBot: ChatBotComponent;
