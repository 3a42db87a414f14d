import { connection } from "./connection";

const texts = { connecting: "Connecting…", live: "Live", offline: "Offline", reconnecting: "Reconnecting…" } as const;

/** Says whether what is shown is live. */
export function ConnectionStatus() {
  const now = connection.value;
  return (
    <span class={`status-bar ${now === "live" ? "is-live" : ""}`} role="status" data-connection={now}>
      <span class="status-dot" aria-hidden="true" />
      <span class="status-text">{texts[now]}</span>
    </span>
  );
}
