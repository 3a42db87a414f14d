/** One client on the page: its fields, its connection, its frames. */
import { type Signal, signal } from "@preact/signals";
import { login, wordsOf } from "../shared/rest";
import { type Connection, DIALECTS, type DialectName, type Place } from "./dialects";

/** Frames that are kept of each client; older ones go. */
const MOST_LINES = 500;

export interface Line {
  number: number;
  direction: "in" | "out" | "note";
  text: string;
}

export type State = "closed" | "connecting" | "open";

/** The demo people's password, one for all. */
export const password = signal("");

const tokens = new Map<string, Promise<string>>();

/** A person's token; one sign-in serves all their clients. */
export function tokenOf(username: string): Promise<string> {
  const key = JSON.stringify([username, password.value]);
  let token = tokens.get(key);
  if (!token) {
    token = login(username, password.value).then((answer) => answer.access_token);
    tokens.set(key, token);
    // the next attempt asks again
    token.catch(() => tokens.delete(key));
  }
  return token;
}

/** A new token is fetched at the next connect: the one we had was refused. */
function forgetToken(username: string): void {
  tokens.delete(JSON.stringify([username, password.value]));
}

let numbers = 0;

export class Client {
  readonly number = ++numbers;
  readonly dialect: Signal<DialectName>;
  readonly username: Signal<string>;
  readonly id = signal("");
  readonly state = signal<State>("closed");
  readonly lines = signal<readonly Line[]>([]);
  private connection: Connection | undefined;
  private run = 0;
  private count = 0;

  constructor(dialect: DialectName, username: string) {
    this.dialect = signal(dialect);
    this.username = signal(username);
  }

  /** Resolves when it is open; a failure is a line in its log. */
  async connect(): Promise<void> {
    this.disconnect();
    const run = ++this.run;
    this.state.value = "connecting";
    const dialect = DIALECTS[this.dialect.value];
    try {
      const place = await this.place();
      if (run !== this.run) return;
      this.note(`connecting as ${place.username}`);
      await new Promise<void>((done) => {
        this.connection = dialect.connect(place, {
          open: () => {
            if (run === this.run) this.state.value = "open";
            done();
          },
          frame: (direction, text) => {
            if (run === this.run) this.add(direction, text);
          },
          closed: (code, reason) => {
            if (code === 4001) forgetToken(place.username);
            if (run === this.run) this.ended(`closed${code === null ? "" : ` ${code}`}${reason ? `: ${reason}` : ""}`);
            done();
          },
        });
      });
    } catch (error) {
      if (run === this.run) this.ended(wordsOf(error));
    }
  }

  disconnect(): void {
    if (!this.connection && this.state.value === "closed") return;
    this.run++;
    const connection = this.connection;
    this.ended("disconnected");
    connection?.close();
  }

  /** Sends a text as the dialect's message, or, where it is raw, as it is. */
  send(text: string, isRaw: boolean): void {
    try {
      if (!this.connection) throw new Error("Not connected");
      const place = { username: this.username.value.trim(), id: this.id.value.trim() };
      this.connection.send(isRaw ? text : JSON.stringify(DIALECTS[this.dialect.value].say(text, place)));
    } catch (error) {
      this.note(wordsOf(error));
    }
  }

  note(text: string): void {
    this.add("note", text);
  }

  clear(): void {
    this.lines.value = [];
  }

  private async place(): Promise<Place> {
    const dialect = DIALECTS[this.dialect.value];
    const username = this.username.value.trim();
    const id = this.id.value.trim();
    if (!username) throw new Error("Name the user");
    if (dialect.idName && !id) throw new Error(`Name the ${dialect.idName.toLowerCase()}`);
    if (password.value) return { username, id, token: await tokenOf(username) };
    if (dialect.needsToken) throw new Error(`${dialect.title} needs the demo password, above`);
    return { username, id };
  }

  private ended(words: string): void {
    this.connection = undefined;
    this.state.value = "closed";
    this.note(words);
  }

  private add(direction: Line["direction"], text: string): void {
    this.lines.value = [...this.lines.value, { number: ++this.count, direction, text }].slice(-MOST_LINES);
  }
}
