import { type Signal, useSignal } from "@preact/signals";
import {
  type Connection,
  type Person,
  connection,
  conversationId,
  isBlocked,
  locale,
  position,
  setBlocked,
  signOut,
  theme,
} from "./state";
import { chatBot } from "./widget";

const STATES: Record<Connection, { words: string; kind: string }> = {
  connecting: { words: "Connecting", kind: "warn" },
  socket: { words: "Live socket", kind: "ok" },
  polling: { words: "Polling over HTTP", kind: "warn" },
  offline: { words: "Offline", kind: "bad" },
};

const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية" };

/** Who is signed in, what the connection is, and how the widget is set. */
export function Controls({ who }: { who: Person }) {
  const state = connection.value ? STATES[connection.value] : { words: "Not connected yet", kind: "" };
  return (
    <>
      <section class="card panel" aria-labelledby="session">
        <h2 id="session">Session</h2>
        <dl class="facts">
          <dt>Signed in as</dt>
          <dd data-testid="who">{who.username ?? "Visitor"}</dd>
          <dt>Connection</dt>
          <dd>
            <span
              class={`chip ${state.kind}`}
              role="status"
              data-testid="connection"
              data-state={connection.value ?? "none"}
            >
              {state.words}
            </span>
          </dd>
          <dt>Conversation</dt>
          <dd>
            <Conversation id={conversationId.value} />
          </dd>
        </dl>
        <div class="row">
          <button type="button" onClick={() => chatBot()?.open()}>
            Open chat
          </button>
          <button type="button" onClick={() => void signOut(() => chatBot()?.reset() ?? Promise.resolve())}>
            Sign out
          </button>
        </div>
      </section>
      <section class="card panel" aria-labelledby="network">
        <h2 id="network">Network</h2>
        <p class="soft">
          {isBlocked.value
            ? "Sockets fail as behind a proxy that does not know them. Messages go over HTTP."
            : "Block sockets to see the chat go on over HTTP, and come back by itself."}
        </p>
        {isBlocked.value ? (
          <button type="button" class="primary" onClick={() => setBlocked(false)}>
            Unblock WebSocket
          </button>
        ) : (
          <button type="button" class="danger" onClick={() => setBlocked(true)}>
            Block WebSocket
          </button>
        )}
      </section>
      <section class="card panel" aria-labelledby="looks">
        <h2 id="looks">Appearance</h2>
        <Choice name="Theme" value={theme} of={{ auto: "Auto", light: "Light", dark: "Dark" }} />
        <Choice name="Position" value={position} of={{ "bottom-left": "Left", "bottom-right": "Right" }} />
        <label class="field">
          <span>Language</span>
          <select value={locale.value} onChange={(event) => (locale.value = event.currentTarget.value)}>
            {Object.entries(LANGUAGES).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </section>
    </>
  );
}

function Conversation({ id }: { id: string | null }) {
  const copied = useSignal<string | null>(null);
  if (!id) return <span class="soft">none yet: send a message</span>;
  const copy = () => void navigator.clipboard?.writeText(id).then(() => (copied.value = id));
  return (
    <span class="id">
      <code data-testid="conversation">{id}</code>
      <button type="button" class="small" onClick={copy} aria-label="Copy the conversation's id">
        {copied.value === id ? "Copied" : "Copy"}
      </button>
    </span>
  );
}

function Choice<T extends string>({ name, value, of }: { name: string; value: Signal<T>; of: Record<T, string> }) {
  return (
    <div class="field">
      <span id={`choice-${name}`}>{name}</span>
      <div class="segments" role="group" aria-labelledby={`choice-${name}`}>
        {(Object.entries(of) as [T, string][]).map(([key, words]) => (
          <button type="button" key={key} aria-pressed={value.value === key} onClick={() => (value.value = key)}>
            {words}
          </button>
        ))}
      </div>
    </div>
  );
}
