import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** A component that is loaded when it is first shown; until then there is nothing in its place. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> & { preload: () => Promise<void> } {
  const loaded = signal<ComponentType<P> | null>(null);
  let loading: Promise<void> | undefined;
  const preload = () =>
    (loading ??= load().then(
      (component) => void (loaded.value = component),
      // the network's fault: the next showing tries again
      () => void (loading = undefined),
    ));
  const Lazy = (props: P) => {
    const Component = loaded.value;
    if (!Component) void preload();
    return Component && <Component {...props} />;
  };
  return Object.assign(Lazy, { preload });
}
