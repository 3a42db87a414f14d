import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** What a page shows of something that the server has. */
export interface Loaded<T> {
  /** The last that came; stays while it is loaded again. */
  value: T | null;
  error: unknown;
  loading: boolean;
  reload: () => Promise<void>;
  /** Puts what is known already in its place. */
  set: (value: T) => void;
}

/** Loads at first, and again when a key changes. Of several answers the one to the last question counts. */
export function useLoaded<T>(load: () => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<Pick<Loaded<T>, "value" | "error" | "loading">>({
    value: null,
    error: null,
    loading: true,
  });
  const turn = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, loading: true }));
    try {
      const value = await latest.current();
      if (mine === turn.current) setState({ value, error: null, loading: false });
    } catch (error) {
      if (mine === turn.current) setState((before) => ({ ...before, error, loading: false }));
    }
  }, []);
  useEffect(() => {
    void reload();
    return () => {
      turn.current += 1;
    };
  }, keys);
  const set = useCallback((value: T) => {
    turn.current += 1;
    setState({ value, error: null, loading: false });
  }, []);
  return { ...state, reload, set };
}

/** Calls again after each `seconds` while the page is looked at, and when it is looked at again. */
export function useRefresh(again: () => Promise<unknown>, seconds: number, wanted = true): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    if (!wanted) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const plan = () => {
      clearTimeout(timer);
      if (!ended && document.visibilityState === "visible") timer = setTimeout(() => void run(), seconds * 1000);
    };
    const run = () => latest.current().finally(plan);
    const seen = () => {
      if (document.visibilityState === "visible") void run();
      else clearTimeout(timer);
    };
    plan();
    document.addEventListener("visibilitychange", seen);
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [seconds, wanted]);
}

/** The text, once it has not changed for a while. */
export function useSettled(text: string, ms = 250): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}
