import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** What is read when these change; the last answer stays while the next is on its way. */
export function useReading<T>(read: () => Promise<T>, when: unknown[]) {
  const value = useSignal<T | null>(null);
  const error = useSignal<unknown>(null);
  const times = useSignal(0);
  useEffect(() => {
    let current = true;
    read().then(
      (answer) => {
        if (!current) return;
        value.value = answer;
        error.value = null;
      },
      (problem: unknown) => {
        if (current) error.value = problem;
      },
    );
    return () => {
      current = false;
    };
  }, [...when, times.value]);
  return { value: value.value, error: error.value, again: () => (times.value += 1) };
}
