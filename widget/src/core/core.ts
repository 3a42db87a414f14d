import { type CommandQueue, type WidgetApi, run } from "./api";
import { ChatWidget } from "./element";

export type { WidgetApi, WidgetEvents } from "./api";
export { ChatWidget };

/** Defines `<chat-widget>`; doing so again changes nothing. */
export function defineWidget(): void {
  if (!customElements.get("chat-widget")) customElements.define("chat-widget", ChatWidget);
}

/** Runs what was queued for a widget, and from now on every command at once. Returns its API. */
export function takeCommands(element: ChatWidget, queue: unknown[][]): WidgetApi {
  const { api } = element;
  const commands: CommandQueue = (command, ...args) => run(api, command, args);
  (globalThis as { Switchboard?: CommandQueue }).Switchboard = commands;
  for (const [command, ...args] of queue.splice(0)) {
    try {
      run(api, command, args);
    } catch (error) {
      // one wrong command must not swallow those after it
      reportError(error);
    }
  }
  return api;
}

defineWidget();
