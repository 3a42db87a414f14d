/** What tabs of one visitor tell each other. */
export type TabMessage =
  | { kind: "conversation"; id: string }
  | { kind: "draft"; text: string }
  | { kind: "read"; seq: number }
  | { kind: "reset" };

/** The other tabs of the same visitor on the same site. */
export class Tabs {
  private readonly channel: BroadcastChannel | undefined;

  constructor(name: string, heard: (message: TabMessage) => void) {
    if (typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<TabMessage>) => heard(event.data);
  }

  tell(message: TabMessage): void {
    this.channel?.postMessage(message);
  }

  close(): void {
    this.channel?.close();
  }
}
