/**
 * A place in localStorage that all tabs share; a page that may not use it (private mode, full) keeps the value to
 * itself.
 */
export class Kept<T> {
  private own: T | null = null;
  private blocked = false;

  constructor(readonly key: string) {}

  get(): T | null {
    if (this.blocked) return this.own;
    try {
      const text = localStorage.getItem(this.key);
      return text === null ? null : (JSON.parse(text) as T);
    } catch (error) {
      if (!(error instanceof SyntaxError)) this.blocked = true;
      return this.own;
    }
  }

  set(value: T | null): void {
    this.own = value;
    if (this.blocked) return;
    try {
      if (value === null) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(value));
    } catch {
      // blocked or full: this tab goes on alone
      this.blocked = true;
    }
  }

  /** Calls back when another tab changed it. Returns what ends that. */
  watch(changed: (value: T | null) => void): () => void {
    const listen = (event: StorageEvent) => {
      // key is null where all was cleared
      if (event.key === this.key || event.key === null) changed(this.get());
    };
    addEventListener("storage", listen);
    return () => removeEventListener("storage", listen);
  }
}
