import type { Theme } from "../kit/theme";

/** What a page sets on `<chat-widget>`. */
export interface Options {
  /** The server's origin (and path, where it is mounted below one), without a slash at the end. */
  apiBase: string;
  token?: string;
  visitorToken?: string;
  botName?: string;
  position: "bottom-right" | "bottom-left";
  theme: Theme;
  locale: string;
  primaryColor?: string;
  secondaryColor?: string;
  conversationId?: string;
  disabled: boolean;
  greeting?: string;
}

/** The attributes of the element; the loader takes each as `data-…`. */
export const ATTRIBUTES = [
  "api-base",
  "token",
  "visitor-token",
  "bot-name",
  "position",
  "theme",
  "locale",
  "primary-color",
  "secondary-color",
  "conversation-id",
  "disabled",
  "greeting",
] as const;

/** Those that say who is talking, and where: with another value there is another chat. */
export const IDENTITY: readonly string[] = ["api-base", "token", "visitor-token", "conversation-id"];

/** Reads them. `origin` is where the core was loaded from. */
export function readOptions(element: Element, origin: string): Options {
  const text = (name: (typeof ATTRIBUTES)[number]) => element.getAttribute(name)?.trim() || undefined;
  const theme = text("theme");
  return {
    apiBase: (text("api-base") ?? origin).replace(/\/+$/, ""),
    token: text("token"),
    visitorToken: text("visitor-token"),
    botName: text("bot-name"),
    position: text("position") === "bottom-left" ? "bottom-left" : "bottom-right",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    locale: text("locale") ?? (document.documentElement.lang || navigator.language),
    primaryColor: text("primary-color"),
    secondaryColor: text("secondary-color"),
    conversationId: text("conversation-id"),
    disabled: element.hasAttribute("disabled") && element.getAttribute("disabled") !== "false",
    greeting: text("greeting"),
  };
}
