import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Client, Line, State } from "./client";
import { DIALECTS, type DialectName } from "./dialects";
import { clients, removeClient } from "./setup";

const STATES: Record<State, { words: string; kind: string }> = {
  closed: { words: "Closed", kind: "" },
  connecting: { words: "Connecting", kind: "warn" },
  open: { words: "Open", kind: "ok" },
};

/** One client: who, where, what it says and hears. */
export function Panel({ client, at }: { client: Client; at: number }) {
  const state = STATES[client.state.value];
  return (
    <section
      class="card client"
      aria-label={`Client ${at + 1}`}
      data-testid={`client-${client.dialect.value}`}
      data-state={client.state.value}
    >
      <header class="row">
        <h2>Client {at + 1}</h2>
        <span class={`chip ${state.kind}`} role="status">
          {state.words}
        </span>
        <span class="grow" />
        {clients.value.length > 1 && (
          <button
            type="button"
            class="small"
            onClick={() => removeClient(client)}
            aria-label={`Remove client ${at + 1}`}
          >
            Remove
          </button>
        )}
      </header>
      <Who client={client} />
      <Frames lines={client.lines.value} onClear={() => client.clear()} />
      <Composer client={client} />
    </section>
  );
}

/** Who it connects as, and where to. */
function Who({ client }: { client: Client }) {
  const dialect = DIALECTS[client.dialect.value];
  const isClosed = client.state.value === "closed";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isClosed) void client.connect();
    else client.disconnect();
  };
  return (
    <form class="who" onSubmit={submit}>
      <label class="field">
        <span>Dialect</span>
        <select
          value={client.dialect.value}
          disabled={!isClosed}
          onChange={(event) => (client.dialect.value = event.currentTarget.value as DialectName)}
        >
          {(Object.keys(DIALECTS) as DialectName[]).map((name) => (
            <option key={name} value={name}>
              {DIALECTS[name].title}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>User</span>
        <input
          value={client.username.value}
          disabled={!isClosed}
          spellcheck={false}
          autoCapitalize="none"
          onInput={(event) => (client.username.value = event.currentTarget.value)}
        />
      </label>
      <label class="field wide">
        <span>{dialect.idName ?? "Namespace"}</span>
        <input
          class="mono"
          value={dialect.idName ? client.id.value : "/notifications"}
          placeholder={dialect.idHint}
          disabled={!isClosed || !dialect.idName}
          spellcheck={false}
          onInput={(event) => (client.id.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class={isClosed ? "primary" : ""}>
        {isClosed ? "Connect" : "Disconnect"}
      </button>
    </form>
  );
}

const WAYS = {
  in: { arrow: "↓", words: "in" },
  out: { arrow: "↑", words: "out" },
  note: { arrow: "·", words: "note" },
};

function Frames({ lines, onClear }: { lines: readonly Line[]; onClear: () => void }) {
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  // what is new is in sight, unless somebody scrolled up to read
  useLayoutEffect(() => {
    const box = list.current;
    if (box && follows.current) box.scrollTop = box.scrollHeight;
  }, [lines]);
  const noteScroll = () => {
    const box = list.current;
    if (box) follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  };
  return (
    <div class="frames">
      <div class="row head">
        <h3>Frames</h3>
        <span class="grow" />
        <button type="button" class="small" onClick={onClear} disabled={lines.length === 0}>
          Clear
        </button>
      </div>
      <ol ref={list} onScroll={noteScroll} tabIndex={0} aria-label="Frames as they are on the wire">
        {lines.map((line) => (
          <li key={line.number} class={line.direction} data-direction={line.direction}>
            <span class="arrow" aria-label={WAYS[line.direction].words} role="img">
              {WAYS[line.direction].arrow}
            </span>
            <span class="text">{line.text}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Composer({ client }: { client: Client }) {
  const text = useSignal("");
  const isRaw = useSignal(false);
  const listens = client.dialect.value === "support";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!text.value && !listens) return;
    client.send(text.value, isRaw.value);
    if (!isRaw.value) text.value = "";
  };
  return (
    <form class="composer" onSubmit={submit}>
      <div class="line">
        <input
          class={isRaw.value ? "mono" : ""}
          aria-label={isRaw.value ? "Raw frame" : "Message"}
          placeholder={
            isRaw.value
              ? listens
                ? '["notifications:sync", {}]'
                : '{"type":"ping"}'
              : listens
                ? "This client listens"
                : "Message"
          }
          disabled={listens && !isRaw.value}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button type="submit" class="primary" disabled={client.state.value !== "open"}>
          {listens && !isRaw.value ? "Sync" : "Send"}
        </button>
      </div>
      <label class="raw">
        <input
          type="checkbox"
          checked={isRaw.value}
          onChange={(event) => (isRaw.value = event.currentTarget.checked)}
        />
        <span>Send as it is (a raw {listens ? "event" : "frame"})</span>
      </label>
    </form>
  );
}
