/** `<chat-widget>`. */
export const name = "chat-widget";
