/**
 * What a refresh token, good once, was traded for, kept for the tab that comes second. A Web Lock lets one tab trade at
 * a time, but what that tab wrote to localStorage reaches the others' processes in its own time, perhaps after the
 * lock. A finished IndexedDB transaction is seen by every one that begins after it. Where there is no IndexedDB nothing
 * is handed over, and the tabs are as good as their storage.
 */

interface Trade {
  spent: string;
  got: unknown;
}

/** What this token of that session was traded for by another tab, if it was the last to be. */
export async function traded<T>(session: string, spent: string): Promise<T | undefined> {
  const trade = (await within("readonly", (trades) => trades.get(session))) as Trade | undefined;
  return trade?.spent === spent ? (trade.got as T) : undefined;
}

/** Keeps a trade; the next tab sees it once this is done. */
export async function handOver(session: string, spent: string, got: unknown): Promise<void> {
  await within("readwrite", (trades) => trades.put({ spent, got } satisfies Trade, session));
}

/** Forgets a session that has ended. */
export async function forget(session: string): Promise<void> {
  await within("readwrite", (trades) => trades.delete(session));
}

const TRADES = "trades";

/** The request's result when its transaction is over; nothing where the browser keeps no database for us. */
async function within(mode: IDBTransactionMode, work: (trades: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const database = await open();
  if (!database) return undefined;
  try {
    return await new Promise((done) => {
      const transaction = database.transaction(TRADES, mode);
      const request = work(transaction.objectStore(TRADES));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => done(undefined);
    });
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase | undefined> {
  return new Promise((done) => {
    try {
      const request = indexedDB.open("switchboard", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TRADES);
      request.onsuccess = () => done(request.result);
      request.onerror = () => done(undefined);
    } catch {
      done(undefined);
    }
  });
}
