/** What tabs of one visitor tell each other. */
export type Word =
  | { kind: "conversation"; id: string }
  | { kind: "draft"; text: string }
  | { kind: "read"; seq: number }
  | { kind: "reset" };

/** The other tabs of the same visitor on the same site. */
export class Tabs {
  private readonly channel: BroadcastChannel | undefined;

  constructor(name: string, heard: (word: Word) => void) {
    if (typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<Word>) => heard(event.data);
  }

  tell(word: Word): void {
    this.channel?.postMessage(word);
  }

  close(): void {
    this.channel?.close();
  }
}
