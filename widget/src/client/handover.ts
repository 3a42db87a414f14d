/**
 * Hands the tokens that one tab got for a refresh token, which can be used once, to the tab that comes second. A Web
 * Lock lets one tab refresh at a time, but what it wrote to localStorage may reach the other tabs' processes after the
 * lock is released; a finished IndexedDB transaction is seen by every later one. Without IndexedDB tabs rely on
 * localStorage alone.
 */

interface Exchange {
  spent: string;
  got: unknown;
}

/** What another tab got for this refresh token, if it was the session's last exchange. */
export async function exchanged<T>(session: string, spent: string): Promise<T | undefined> {
  const trade = (await within("readonly", (trades) => trades.get(session))) as Exchange | undefined;
  return trade?.spent === spent ? (trade.got as T) : undefined;
}

/** Stores an exchange; the next tab sees it once this resolves. */
export async function handOver(session: string, spent: string, got: unknown): Promise<void> {
  await within("readwrite", (trades) => trades.put({ spent, got } satisfies Exchange, session));
}

/** Deletes the exchange of a session that has ended. */
export async function forget(session: string): Promise<void> {
  await within("readwrite", (trades) => trades.delete(session));
}

const EXCHANGES = "trades";

/** The request's result when its transaction is over; nothing where the browser keeps no database for us. */
async function within(mode: IDBTransactionMode, work: (trades: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const database = await open();
  if (!database) return undefined;
  try {
    return await new Promise((done) => {
      const transaction = database.transaction(EXCHANGES, mode);
      const request = work(transaction.objectStore(EXCHANGES));
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
      request.onupgradeneeded = () => request.result.createObjectStore(EXCHANGES);
      request.onsuccess = () => done(request.result);
      request.onerror = () => done(undefined);
    } catch {
      done(undefined);
    }
  });
}
