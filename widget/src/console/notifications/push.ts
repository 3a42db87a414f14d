/** Web Push in this browser for the signed-in person: whether it can be, is, and how it becomes so. */
import { signal } from "@preact/signals";
import type { PushKey } from "../../wire/schema";
import { Problem, describe } from "../../client/problem";
import { StoredValue } from "../../client/store";
import { store } from "../storage";
import type { Rest } from "../../client/rest";

export type PushState =
  /** Not known yet. */
  | "checking"
  /** This browser cannot, or not on this page. */
  | "unsupported"
  /** The server has no key. */
  | "no-keys"
  /** The person refused, which only the browser's settings undo. */
  | "denied"
  | "off"
  | "on";

/** Whose wish it is to get pushes in this browser: at the next sign-in it is as they left it. */
const wish = new StoredValue<string>(store, "push");

export class Push {
  readonly state = signal<PushState>("checking");
  readonly busy = signal(false);
  /** Why the last wish was not granted. */
  readonly problem = signal<string | null>(null);
  private key: string | null = null;

  constructor(
    private readonly rest: Pick<Rest, "get" | "post" | "delete">,
    private readonly user: string,
  ) {}

  /** Finds out the state, and subscribes where the person wished so before. */
  async check(): Promise<void> {
    if (!isSupported()) {
      this.state.value = "unsupported";
      return;
    }
    try {
      this.key = (await this.rest.get<PushKey>("/notifications/push/public-key")).public_key;
    } catch (error) {
      if (error instanceof Problem && error.code === "push_off") this.state.value = "no-keys";
      else this.fail("off", describe(error));
      return;
    }
    const wanted = wish.get();
    if (Notification.permission === "denied") this.state.value = "denied";
    else if (wanted === this.user && Notification.permission === "granted") await this.subscribe();
    else {
      // the subscription of somebody else, who has signed out: their notifications stop
      await forget();
      this.state.value = "off";
    }
  }

  /** Asks for permission, which a click must cause, and subscribes. */
  async enable(): Promise<void> {
    this.busy.value = true;
    this.problem.value = null;
    try {
      const answer = await Notification.requestPermission();
      if (answer === "granted") {
        wish.set(this.user);
        await this.subscribe();
      } else if (answer === "denied") this.state.value = "denied";
      else this.fail("off", "You closed the question without an answer. Nothing was changed.");
    } finally {
      this.busy.value = false;
    }
  }

  /** Ends it in this browser. */
  async disable(): Promise<void> {
    this.busy.value = true;
    this.problem.value = null;
    try {
      wish.set(null);
      const endpoint = await forget();
      this.state.value = "off";
      if (endpoint) await this.rest.delete("/notifications/push", { endpoint });
    } catch (error) {
      // the browser has forgotten it: the push service tells the server so at the next push
      this.problem.value = describe(error);
    } finally {
      this.busy.value = false;
    }
  }

  /** Subscribes again where the browser changed its subscription. */
  async renew(): Promise<void> {
    if (this.state.value === "on") await this.subscribe();
  }

  private async subscribe(): Promise<void> {
    let subscription: PushSubscription;
    try {
      subscription = await subscribed(this.key ?? "");
    } catch (error) {
      this.fail("off", worded(error));
      return;
    }
    try {
      await this.rest.post("/notifications/push", subscription.toJSON());
      this.state.value = "on";
      this.problem.value = null;
    } catch (error) {
      await subscription.unsubscribe();
      this.fail("off", `The server did not take this browser's subscription: ${describe(error)}`);
    }
  }

  private fail(state: PushState, why: string): void {
    this.state.value = state;
    this.problem.value = why;
  }
}

/** At sign-out: nobody's notifications appear here until somebody signs in who wants them. */
export async function forget(): Promise<string | null> {
  if (!isSupported()) return null;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return null;
  await subscription.unsubscribe();
  return subscription.endpoint;
}

const SCOPE = "/console/";

function isSupported(): boolean {
  return isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function subscribed(key: string): Promise<PushSubscription> {
  const registration = await navigator.serviceWorker.register(`${SCOPE}sw.js`, { scope: SCOPE });
  await active(registration);
  const wanted = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  try {
    return await registration.pushManager.subscribe(wanted);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "InvalidStateError")) throw error;
    // subscribed with a key that the server has no more
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return registration.pushManager.subscribe(wanted);
  }
}

/**
 * Resolves when the worker works; `navigator.serviceWorker.ready` would wait for ever at /console, outside its scope.
 */
function active(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (!worker || worker.state === "activated") return Promise.resolve();
  return new Promise((done, failed) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") done();
      else if (worker.state === "redundant") failed(new Error("The service worker could not be installed."));
    });
  });
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function worded(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof DOMException && (error.name === "AbortError" || error.name === "NetworkError")) {
    return `This browser did not reach its push service, or has none, as in a private window. (${said})`;
  }
  if (error instanceof DOMException && error.name === "NotAllowedError")
    return "The browser does not allow notifications here (a private window, perhaps).";
  return `The browser did not subscribe: ${said}`;
}
