/** Whether what is shown is live. */
import { signal } from "@preact/signals";

type Connection = "connecting" | "live" | "offline" | "reconnecting";

export const connection = signal<Connection>("connecting");
