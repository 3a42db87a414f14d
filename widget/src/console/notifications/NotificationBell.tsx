/** The bell of the header: how many notifications are unread, and the list of them. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { describe } from "../../client/problem";
import { me, rest, access } from "../session";
import { go, openConversation, route } from "../router";
import { IconButton, toast } from "../ui";
import { BellIcon } from "../ui/icons";
import { Inbox } from "./inbox";
import { Live } from "./live";
import { type Notification, place } from "./notification";
import { NotificationPanel } from "./NotificationPanel";
import { Push, forget } from "./push";
import { titleBadge } from "./titleBadge";
import "./notifications.css";

export function NotificationBell() {
  const person = me.value;
  return person ? <Bell key={person.id} user={person.id} /> : null;
}

/** More that came at once than this are one toast. */
const TOASTS = 2;

function Bell({ user }: { user: string }) {
  const inbox = useMemo(() => new Inbox(rest, user), [user]);
  const push = useMemo(() => new Push(rest, user), [user]);
  const live = useLive(inbox);
  usePush(push, inbox);
  useEffect(() => () => inbox.close(), [inbox]);
  useTitle(inbox);
  useSeen(inbox);

  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const beside = (event: Event) => {
      if (event.target instanceof Node && !anchor.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("mousedown", beside);
    document.addEventListener("focusin", beside);
    return () => {
      document.removeEventListener("mousedown", beside);
      document.removeEventListener("focusin", beside);
    };
  }, [open]);

  const count = inbox.unread.value;
  return (
    <span class="bell" ref={anchor}>
      <IconButton
        label={count > 0 ? `Notifications, ${count} unread` : "Notifications"}
        buttonRef={button}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => (open ? close(true) : setOpen(true))}
      >
        <BellIcon />
        {count > 0 && (
          <span class="bell-count" aria-hidden="true">
            {count > 99 ? "99+" : count}
          </span>
        )}
      </IconButton>
      {open && (
        <NotificationPanel
          id={id}
          inbox={inbox}
          push={push}
          isLive={live.isConnected.value}
          onClose={() => close(true)}
          onOpen={(one) => {
            setOpen(false);
            show(inbox, one);
          }}
        />
      )}
    </span>
  );
}

/** Goes to what it is about, which is to have read it. */
function show(inbox: Inbox, one: Notification): void {
  inbox.markRead([one.id]).catch(complain);
  const to = place(one);
  if (to) go(to);
}

const complain = (error: unknown) => toast(describe(error), "error");

/** The connection, while the bell is there. */
function useLive(inbox: Inbox): Live {
  const live = useMemo(() => {
    const loaded = inbox.load();
    return new Live({
      access,
      newest: () => loaded.then(() => inbox.newest()),
      came: (all) =>
        announce(
          inbox,
          all.filter((one) => inbox.take(one)),
        ),
      synced: () => void inbox.recount(),
    });
  }, [inbox]);
  useEffect(() => {
    live.open().catch(complain);
    return () => live.close();
  }, [live]);
  return live;
}

const isLookedAt = (one: Notification) =>
  one.conversation !== null &&
  one.conversation === openConversation() &&
  document.visibilityState === "visible" &&
  document.hasFocus();

function announce(inbox: Inbox, fresh: Notification[]): void {
  const seen = fresh.filter(isLookedAt);
  if (seen.length > 0) inbox.markRead(seen.map((one) => one.id)).catch(complain);
  const rest = fresh.filter((one) => !seen.includes(one));
  if (rest.length > TOASTS) {
    toast(`${rest.length} new notifications`);
    return;
  }
  for (const one of rest) {
    const text = one.message ? `${one.title}: ${one.message}` : one.title;
    toast(text, "ok", place(one) ? { label: "Open", onSelect: () => show(inbox, one) } : undefined);
  }
}

/** Whoever opens a conversation has seen what its notifications say. */
function useSeen(inbox: Inbox): void {
  useSignalEffect(() => {
    const conversation = openConversation(route.value);
    const ids = conversation ? inbox.unreadOf(conversation) : [];
    if (ids.length > 0 && document.visibilityState === "visible") inbox.markRead(ids).catch(complain);
  });
}

function useTitle(inbox: Inbox): void {
  const badge = useRef<ReturnType<typeof titleBadge> | null>(null);
  useEffect(() => {
    badge.current = titleBadge();
    badge.current.show(inbox.unread.peek());
    return () => badge.current?.end();
  }, [inbox]);
  useSignalEffect(() => badge.current?.show(inbox.unread.value));
}

/**
 * What the service worker says: that a pushed notification was clicked, or that the browser changed its subscription.
 */
function usePush(push: Push, inbox: Inbox): void {
  useEffect(() => {
    push.check().catch(() => {
      // what failed is in push.problem; there is nobody yet who asked
    });
    const worker = "serviceWorker" in navigator ? navigator.serviceWorker : null;
    const hear = (event: MessageEvent<{ type?: string; path?: unknown; notification?: unknown }>) => {
      const { type, path, notification } = event.data ?? {};
      if (type === "switchboard:resubscribe") void push.renew();
      if (type !== "switchboard:open") return;
      if (typeof notification === "string") inbox.markRead([notification]).catch(complain);
      if (typeof path === "string") go(path);
    };
    worker?.addEventListener("message", hear);
    return () => {
      worker?.removeEventListener("message", hear);
      // signed out: this browser shows nobody's notifications
      if (!me.peek()) void forget().catch(() => undefined);
    };
  }, [push]);
}
