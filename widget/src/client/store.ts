/** Keeps strings under a prefix: in localStorage, or for this page only where that is blocked or full. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** The keys that begin so, without the store's own prefix. */
  keys(beginning: string): string[];
  /** Calls back when another tab changed a key. Returns what ends that. */
  watch(key: string, changed: () => void): () => void;
}

/** Opens the store of a prefix. Every use may fail on its own: private modes, full disks, sandboxed frames. */
export function openStore(prefix: string): Store {
  const memory = new Map<string, string>();
  const disk = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(localStorage);
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => memory.get(key) ?? disk((storage) => storage.getItem(prefix + key)) ?? null,
    set(key, value) {
      const kept = disk((storage) => {
        storage.setItem(prefix + key, value);
        return true;
      });
      // what localStorage refuses is kept in memory, which is read first: it may still hold an older value
      if (kept) memory.delete(key);
      else memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      disk((storage) => storage.removeItem(prefix + key));
    },
    keys(beginning) {
      const onDisk = disk((storage) => Object.keys(storage)) ?? [];
      const found = onDisk.filter((key) => key.startsWith(prefix + beginning)).map((key) => key.slice(prefix.length));
      return [...new Set([...found, ...[...memory.keys()].filter((key) => key.startsWith(beginning))])];
    },
    watch(key, changed) {
      const listen = (event: StorageEvent) => {
        // key is null where all was cleared
        if (event.key === prefix + key || event.key === null) changed();
      };
      addEventListener("storage", listen);
      return () => removeEventListener("storage", listen);
    },
  };
}

/** Reads what was stored as JSON; what is not JSON any more counts as absent. */
export function readJson<T>(store: Store, key: string): T | null {
  const text = store.get(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    store.remove(key);
    return null;
  }
}

/** One value in a store, as JSON; null where there is none. */
export class StoredValue<T> {
  constructor(
    private readonly store: Store,
    private readonly key: string,
  ) {}

  /** Reads it. */
  get(): T | null {
    return readJson<T>(this.store, this.key);
  }

  /** Writes it; null removes it. */
  set(value: T | null): void {
    if (value === null) this.store.remove(this.key);
    else this.store.set(this.key, JSON.stringify(value));
  }

  /** Calls back when another tab changed it. Returns what ends that. */
  watch(changed: (value: T | null) => void): () => void {
    return this.store.watch(this.key, () => changed(this.get()));
  }
}
