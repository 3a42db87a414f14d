/** Blocks and unblocks WebSockets in this page, as a proxy that does not know them would. */

/** What a `WebSocket` behind such a proxy is: it fails a moment after it was made. */
class BlockedSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = BlockedSocket.CONNECTING;
  bufferedAmount = 0;
  binaryType = "blob";
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;

  constructor(readonly url: string) {
    super();
    setTimeout(() => this.fail());
  }

  send(): void {
    throw new DOMException("The socket is not open", "InvalidStateError");
  }

  close(): void {
    this.fail();
  }

  private fail(): void {
    if (this.readyState === BlockedSocket.CLOSED) return;
    this.readyState = BlockedSocket.CLOSED;
    const error = new Event("error");
    this.onerror?.(error);
    this.dispatchEvent(error);
    const close = new CloseEvent("close", { code: 1006 });
    this.onclose?.(close);
    this.dispatchEvent(close);
  }
}

const open = new Set<WebSocket>();
let native: typeof WebSocket | undefined;

/** Puts a `WebSocket` in place that we can close later. */
export function watchSockets(): void {
  if (native) return;
  native = globalThis.WebSocket;
  globalThis.WebSocket = watched(native);
}

function watched(plain: typeof WebSocket): typeof WebSocket {
  return class extends plain {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      open.add(this);
      this.addEventListener("close", () => open.delete(this));
    }
  };
}

/** Closes what is open; whatever is opened from now on fails. */
export function blockSockets(): void {
  watchSockets();
  globalThis.WebSocket = BlockedSocket as unknown as typeof WebSocket;
  for (const socket of [...open]) socket.close(3000, "blocked by the page");
}

/** Sockets may be opened again. */
export function unblockSockets(): void {
  if (native) globalThis.WebSocket = watched(native);
}
