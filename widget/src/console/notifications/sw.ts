/**
 * The console's service worker, for Web Push alone: it shows what the server pushes while no console is looked at, and
 * opens the conversation. It keeps nothing and answers no request.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

interface Pushed {
  id?: unknown;
  title?: unknown;
  message?: unknown;
  priority?: unknown;
  conversation_id?: unknown;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const text = (value: unknown) => (typeof value === "string" ? value : "");
const uuid = (value: unknown) => (typeof value === "string" && UUID.test(value) ? value : null);

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => {
  let pushed: Pushed = {};
  try {
    pushed = (event.data?.json() as Pushed | null) ?? {};
  } catch {
    // not ours; a push must show something all the same
  }
  event.waitUntil(show(pushed));
});

async function show(pushed: Pushed): Promise<void> {
  const windows = await consoles();
  // whoever looks at the console has seen it there
  if (windows.some((window) => window.focused && window.visibilityState === "visible")) return;
  const id = uuid(pushed.id);
  await worker.registration.showNotification(text(pushed.title) || "Switchboard", {
    body: text(pushed.message),
    // the same notification again takes the place of the one before
    tag: id ?? "switchboard",
    requireInteraction: pushed.priority === "urgent",
    data: { id, conversation: uuid(pushed.conversation_id) },
  });
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const data = (event.notification.data ?? {}) as { id?: unknown; conversation?: unknown };
  event.waitUntil(open(uuid(data.id), uuid(data.conversation)));
});

async function open(notification: string | null, conversation: string | null): Promise<void> {
  const path = conversation ? `conversations/${conversation}` : "";
  const [window] = await consoles();
  if (!window) {
    await worker.clients.openWindow(new URL(path, worker.registration.scope).href);
    return;
  }
  window.postMessage({ type: "switchboard:open", path, notification });
  await window.focus();
}

/** The console's windows, the one last looked at first. */
async function consoles(): Promise<readonly WindowClient[]> {
  const base = new URL(worker.registration.scope).pathname.replace(/\/$/, "");
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.filter((window) => {
    const { pathname } = new URL(window.url);
    return pathname === base || pathname.startsWith(`${base}/`);
  });
}

worker.addEventListener("pushsubscriptionchange", (event) => {
  // only a console has a token: it subscribes again, now where one is open, else when it is opened
  const told = consoles().then((windows) =>
    windows.forEach((window) => window.postMessage({ type: "switchboard:resubscribe" })),
  );
  (event as unknown as ExtendableEvent).waitUntil(told);
});

export {};
