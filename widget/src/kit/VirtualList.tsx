import type { ComponentChildren, RefObject } from "preact";
import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props<T> {
  items: readonly T[];
  keyOf: (item: T) => string;
  children: (item: T, index: number) => ComponentChildren;
  /** A row's height in px before it is measured. */
  estimate?: number;
  /** Shown above and below all rows. */
  head?: ComponentChildren;
  tail?: ComponentChildren;
  /** The oldest rows are near: more may be loaded. */
  onTop?: () => void;
  /** Whether the end is in view; told when that changes. */
  onEnd?: (atEnd: boolean) => void;
  /** Whether a new last item that is higher than the view is shown from its beginning instead of its end. */
  keepsTop?: (item: T) => boolean;
  /** Where to scroll; a new object for each wish, as the same place may be wanted twice. */
  scrollTo?: { key: string | "end" } | null;
  class?: string;
}

/** Rows are drawn this far beyond the visible part. */
const OVERSCAN_PX = 1000;
const NEAR_TOP_PX = 600;
const AT_END_PX = 48;
/** What is kept at the view's top has this much above it. */
const ABOVE_TOP_PX = 8;

const Measuring = createContext<ResizeObserver | null>(null);

/** The row that keeps its place when rows around it change, and how far its top is above the view's. */
interface Anchor {
  key: string;
  offset: number;
}

/**
 * A list of which only the visible rows are in the document. It opens at its end and stays there; elsewhere what is in
 * view stays in view, whatever is added above or changes its height.
 */
export function VirtualList<T>({
  items,
  keyOf,
  children,
  estimate = 64,
  head,
  tail,
  onTop,
  onEnd,
  keepsTop,
  scrollTo,
  class: name,
}: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>()).current;
  const anchor = useRef<Anchor | null>(null);
  const atEnd = useRef(true);
  const reported = useRef(true);
  /**
   * The newest item, how high the view was when it came, and where it was put: that happens once, and not after a
   * resize.
   */
  const newest = useRef<{ key?: string | undefined; view: number; placedAt: number | null }>({
    view: 0,
    placedAt: null,
  });
  const [, redraw] = useState({});
  const observer = useMeasuring(scroller, heights, () => redraw({}));

  const offsets = offsetsOf(items, keyOf, heights, estimate);
  const total = offsets[items.length] ?? 0;
  const view = scroller.current?.clientHeight ?? 600;
  const above = body.current?.offsetTop ?? 0;
  const top = wantedTop() - above;
  const from = Math.max(0, indexAt(offsets, top - OVERSCAN_PX));
  const to = Math.min(items.length, indexAt(offsets, top + view + OVERSCAN_PX) + 1);

  /** Where the view's top belongs by the anchor, as far as heights are known. */
  function wantedTop(): number {
    if (atEnd.current || !anchor.current) return above + total - view;
    const held = anchor.current;
    const index = items.findIndex((item) => keyOf(item) === held.key);
    return index < 0 ? (scroller.current?.scrollTop ?? 0) : above + (offsets[index] ?? 0) + held.offset;
  }

  // after every drawing: measured heights replace the estimates, and the anchor is put where it was
  useLayoutEffect(() => {
    const box = scroller.current;
    const list = body.current;
    if (!box || !list) return;
    const changed = noteAll(heights, list.children);
    const topOfNewest = topToKeep(box, list);
    if (topOfNewest !== null) {
      atEnd.current = false;
      anchor.current = { key: newest.current.key ?? "", offset: -ABOVE_TOP_PX };
      box.scrollTop = newest.current.placedAt = topOfNewest - ABOVE_TOP_PX;
      report();
    }
    const held = anchor.current;
    if (atEnd.current) {
      box.scrollTop = box.scrollHeight;
    } else if (held) {
      const row = rowOf(list, held.key);
      const wanted = row ? list.offsetTop + row.offsetTop + held.offset : wantedTop();
      if (Math.abs(box.scrollTop - wanted) >= 1) box.scrollTop = wanted;
    }
    if (changed) redraw({});
    if (box.scrollTop < NEAR_TOP_PX) onTop?.();
  });

  /** Where the newest item begins, where that would be above the view that is at its end; null: its end is shown. */
  function topToKeep(box: HTMLElement, list: HTMLElement): number | null {
    const last = items.at(-1);
    const key = last && keyOf(last);
    const now = newest.current;
    if (key !== now.key) newest.current = { key, view: box.clientHeight, placedAt: null };
    if (!last || key === undefined || !atEnd.current || !keepsTop?.(last)) return null;
    if (newest.current.placedAt !== null || box.clientHeight !== newest.current.view) return null;
    const row = rowOf(list, key);
    const top = row ? list.offsetTop + row.offsetTop : Number.POSITIVE_INFINITY;
    return top < box.scrollHeight - box.clientHeight ? top : null;
  }

  function report(): void {
    if (reported.current !== atEnd.current) onEnd?.((reported.current = atEnd.current));
  }

  useLayoutEffect(() => {
    if (!scrollTo) return;
    atEnd.current = scrollTo.key === "end";
    // a third of the view above it, so that it is seen in its place
    anchor.current = atEnd.current ? null : { key: scrollTo.key, offset: -view / 3 };
    redraw({});
  }, [scrollTo]);

  const scrolled = () => {
    const box = scroller.current;
    const list = body.current;
    if (!box || !list) return;
    const { placedAt } = newest.current;
    const isPlaced = placedAt !== null && Math.abs(box.scrollTop - placedAt) < 2;
    atEnd.current = !isPlaced && box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
    anchor.current = firstVisible(list, box.scrollTop);
    report();
    redraw({});
  };

  return (
    <div ref={scroller} class={name} onScroll={scrolled}>
      {head}
      <Measuring.Provider value={observer}>
        <div
          ref={body}
          style={{
            position: "relative",
            paddingTop: `${offsets[from] ?? 0}px`,
            paddingBottom: `${total - (offsets[to] ?? total)}px`,
          }}
        >
          {items.slice(from, to).map((item, index) => (
            <Row key={keyOf(item)} id={keyOf(item)}>
              {children(item, from + index)}
            </Row>
          ))}
        </div>
      </Measuring.Provider>
      {tail}
    </div>
  );
}

/** Watches the heights of the list and of its rows, which find the observer in their context. */
function useMeasuring(
  scroller: RefObject<HTMLElement>,
  heights: Map<string, number>,
  redraw: () => void,
): ResizeObserver | null {
  const [observer, setObserver] = useState<ResizeObserver | null>(null);
  useEffect(() => {
    const observe = new ResizeObserver((entries) => {
      const targets = entries.map(({ target }) => target);
      if (noteAll(heights, targets) || targets.some((target) => target === scroller.current)) redraw();
    });
    if (scroller.current) observe.observe(scroller.current);
    setObserver(observe);
    return () => observe.disconnect();
  }, []);
  return observer;
}

function Row({ id, children }: { id: string; children: ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null);
  const observer = useContext(Measuring);
  useLayoutEffect(() => {
    const row = element.current;
    if (!row || !observer) return;
    observer.observe(row);
    return () => observer.unobserve(row);
  }, [observer]);
  return (
    <div ref={element} data-key={id}>
      {children}
    </div>
  );
}

/** The tops of all rows, and after them where the last one ends. */
function offsetsOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  heights: ReadonlyMap<string, number>,
  estimate: number,
): Float64Array {
  const offsets = new Float64Array(items.length + 1);
  items.forEach((item, index) => (offsets[index + 1] = (offsets[index] ?? 0) + (heights.get(keyOf(item)) ?? estimate)));
  return offsets;
}

/** The row at a height, by halving. */
function indexAt(offsets: Float64Array, y: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Keeps the heights of rows; true where one is another than before. */
function noteAll(heights: Map<string, number>, rows: Iterable<Element>): boolean {
  let changed = false;
  for (const row of rows) if (row instanceof HTMLElement) changed = note(heights, row) || changed;
  return changed;
}

function note(heights: Map<string, number>, row: HTMLElement): boolean {
  const key = row.dataset["key"];
  const height = row.getBoundingClientRect().height;
  if (key === undefined || height === 0 || heights.get(key) === height) return false;
  heights.set(key, height);
  return true;
}

const rowOf = (list: HTMLElement, key: string): HTMLElement | undefined =>
  ([...list.children] as HTMLElement[]).find((row) => row.dataset["key"] === key);

function firstVisible(list: HTMLElement, scrollTop: number): Anchor | null {
  const y = scrollTop - list.offsetTop;
  for (const row of list.children as HTMLCollectionOf<HTMLElement>) {
    const key = row.dataset["key"];
    if (key !== undefined && row.offsetTop + row.offsetHeight > y) return { key, offset: y - row.offsetTop };
  }
  return null;
}
