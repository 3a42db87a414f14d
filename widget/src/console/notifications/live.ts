/** Notifications as they happen: the server's Socket.IO namespace `/notifications`. */
import { signal } from "@preact/signals";
import type { Socket } from "socket.io-client";
import { type Notification, type Told, told } from "./notification";

/** What the connection needs of its page. */
interface Around {
  /** A valid access token; `refused` is one that the server did not accept. */
  access(refused?: string): Promise<string>;
  /** When the newest known notification was made, once what there was has been loaded. */
  newest(): Promise<string | null>;
  /** New ones, unless they are known: one as it happens, or several that were missed. */
  came(notifications: Notification[]): void;
  /** What was missed has come. */
  synced(): void;
}

interface Synced {
  status: string;
  complete?: boolean;
}

/**
 * Two instances' clocks, and a transaction that began before another and ended after it. What is known is not taken
 * again.
 */
const OVERLAP_MS = 10_000;
const SYNC_MS = 15_000;
const MAX_WAIT_MS = 30_000;

export class Live {
  readonly isConnected = signal(false);
  private socket: Socket | null = null;
  private closed = false;
  private given = "";
  private refused: string | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Holds what comes while what was missed is sent. */
  private missed: Notification[] | null = null;

  constructor(private readonly around: Around) {}

  /** Connects, and stays so until closed. */
  async open(): Promise<void> {
    const { io } = await import("socket.io-client");
    if (this.closed) return;
    const socket = io("/notifications", {
      path: "/socket.io/",
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      auth: (give) => void this.give(give),
    });
    this.socket = socket;
    socket.onAny((name: string, body: Told) => this.heard(name, body));
    socket.on("disconnect", (reason) => this.lost(reason));
    socket.connect();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.disconnect();
    this.socket = null;
    this.isConnected.value = false;
  }

  private async give(give: (auth: Record<string, unknown>) => void): Promise<void> {
    try {
      this.given = await this.around.access();
      give({ token: this.given });
    } catch {
      // signed out, which the session says; or the server is away, and is asked again
      this.again();
    }
  }

  private heard(name: string, body: Told): void {
    if (name === "connected") void this.connected();
    else if (name === "error") this.refused = typeof body?.message === "string" ? body.message : "";
    else if (name === "notification" || name.startsWith("support:ticket:")) {
      const one = told(body ?? {});
      if (!one) return;
      if (this.missed) this.missed.push(one);
      else this.around.came([one]);
    }
  }

  private async connected(): Promise<void> {
    this.failures = 0;
    this.refused = null;
    this.isConnected.value = true;
    const socket = this.socket;
    this.missed = [];
    try {
      const newest = await this.around.newest();
      let since = newest && new Date(Date.parse(newest) - OVERLAP_MS).toISOString();
      while (socket && this.socket === socket && socket.connected) {
        const before = this.missed.length;
        const done = (await socket.timeout(SYNC_MS).emitWithAck("notifications:sync", { since })) as Synced;
        const last = this.missed.at(-1)?.created_at;
        if (done.status !== "success" || done.complete !== false || !last || this.missed.length === before) break;
        since = last;
      }
    } catch {
      // the connection went meanwhile: the next one asks again
    } finally {
      const missed: Notification[] = this.missed ?? [];
      this.missed = null;
      if (missed.length > 0) this.around.came(missed);
      this.around.synced();
    }
  }

  private lost(reason: string): void {
    this.isConnected.value = false;
    if (this.closed) return;
    // any other loss the client repairs by itself
    if (reason === "io server disconnect") void this.renew();
  }

  /** The server refused us: with another token it may not. */
  private async renew(): Promise<void> {
    const isToken = this.refused === "Invalid token" || this.refused === "Authentication required";
    this.refused = null;
    if (isToken) {
      try {
        await this.around.access(this.given);
      } catch {
        // where it was the end of the session, the session closes this
      }
    }
    this.again();
  }

  private again(): void {
    if (this.closed) return;
    const wait = Math.min(MAX_WAIT_MS, 500 * 2 ** this.failures) * (0.75 + Math.random() / 2);
    this.failures = Math.min(this.failures + 1, 10);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket?.disconnect().connect(), wait);
  }
}
