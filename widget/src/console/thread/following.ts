import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { takesPart } from "../inbox/unread";
import type { ThreadStore } from "./ThreadStore";

/** Near an edge the next page is read. */
const NEAR_PX = 500;
const AT_END_PX = 60;

/** What is looked at, and where it stood. */
interface Anchor {
  element: Element;
  top: number;
}

/**
 * Keeps a log where it is looked at, and at its end while that is in sight; reads pages near its edges. `box` scrolls,
 * `inner` holds the rows. For the component that draws the rows: the place is found again after each drawing.
 */
export function useFollowing(thread: ThreadStore) {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const follows = useSignal(true);
  const anchor = useRef<Anchor | null>(null);

  /** After a change of what is drawn: to the end, or what was looked at back to its place. */
  const settle = () => {
    const element = box.current;
    if (!element) return;
    if (follows.peek() && !thread.timeline.hasNewer) {
      element.scrollTop = element.scrollHeight;
      return;
    }
    const held = anchor.current;
    if (held?.element.isConnected) element.scrollTop += held.element.getBoundingClientRect().top - held.top;
  };
  const scrolled = () => {
    const element = box.current;
    if (!element || !inner.current) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    follows.value = below < AT_END_PX && !thread.timeline.hasNewer;
    if (follows.peek()) thread.seen();
    anchor.current = firstInSight(inner.current, element.getBoundingClientRect().top) ?? anchor.current;
    if (element.scrollTop < NEAR_PX) void thread.page("older");
    if (below < NEAR_PX) void thread.page("newer");
  };
  useLayoutEffect(settle);
  useEffect(() => {
    const sizes = new ResizeObserver(settle);
    if (inner.current) sizes.observe(inner.current);
    if (box.current) sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  useSeen(thread, box, follows);

  const toEnd = async () => {
    if (thread.timeline.hasNewer) await thread.toNewest();
    follows.value = true;
    settle();
  };
  return { box, inner, follows, scrolled, toEnd };
}

/** The first row below an edge. Days move up when older messages come: only what was said holds the place. */
function firstInSight(inner: HTMLElement, edge: number): Anchor | undefined {
  for (const element of inner.querySelectorAll(":scope > :is([data-seq], [data-note])")) {
    const { top, bottom } = element.getBoundingClientRect();
    if (bottom > edge) return { element, top };
  }
  return undefined;
}

/** What is at the end of a log that somebody looks at was seen; a log that does not fill its box is read on. */
function useSeen(thread: ThreadStore, box: { current: HTMLElement | null }, follows: Signal<boolean>): void {
  useEffect(() => {
    const looked = () => {
      if (document.visibilityState === "visible" && follows.peek()) thread.seen();
    };
    addEventListener("focus", looked);
    document.addEventListener("visibilitychange", looked);
    return () => {
      removeEventListener("focus", looked);
      document.removeEventListener("visibilitychange", looked);
    };
  }, []);
  const newest = thread.timeline.newest?.seq;
  const isPart = thread.conversation.value ? takesPart(thread.conversation.value) : false;
  useEffect(() => {
    // a short thread never scrolls: its first page may not fill the place
    const element = box.current;
    if (element && element.scrollHeight <= element.clientHeight) void thread.page("older");
    if (follows.peek() && document.visibilityState === "visible" && document.hasFocus()) thread.seen();
  }, [newest, isPart, thread.state.value]);
}
