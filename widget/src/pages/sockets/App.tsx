import { useSignal } from "@preact/signals";
import { Bar } from "../shared/Bar";
import { wordsOf } from "../shared/rest";
import { Panel } from "./Panel";
import { password } from "./client";
import { addClient, clients, oneTicketInFiveShapes, threeInOneRoom } from "./setup";

/** Clients side by side, each of any dialect. */
export function App() {
  const busy = useSignal(false);
  const done = useSignal("");
  const problem = useSignal("");

  const run = async (scene: () => Promise<string>) => {
    busy.value = true;
    problem.value = done.value = "";
    try {
      done.value = await scene();
    } catch (error) {
      problem.value = wordsOf(error);
    } finally {
      busy.value = false;
    }
  };

  return (
    <>
      <Bar title="Three clients" current="/test_websocket.html" />
      <main class="stage">
        <section class="card setup" aria-label="Set-up">
          <label class="field password">
            <span>Demo password</span>
            <input
              type="password"
              autoComplete="current-password"
              placeholder="printed when the server starts"
              value={password.value}
              onInput={(event) => (password.value = event.currentTarget.value)}
            />
          </label>
          <div class="row scenes">
            <button type="button" class="primary" disabled={busy.value} onClick={() => void run(oneTicketInFiveShapes)}>
              One ticket in five shapes
            </button>
            <button type="button" disabled={busy.value} onClick={() => void run(threeInOneRoom)}>
              Three people in a room
            </button>
            <button type="button" onClick={addClient}>
              Add a client
            </button>
          </div>
          <p class="soft about" role="status">
            {done.value ||
              "One message reaches every client of its conversation, in each dialect's own shape. " +
                "A room needs no password; everything else does."}
          </p>
          {problem.value && (
            <p class="problem" role="alert">
              {problem.value}
            </p>
          )}
        </section>
        <div class="clients">
          {clients.value.map((client, at) => (
            <Panel key={client.number} client={client} at={at} />
          ))}
        </div>
      </main>
    </>
  );
}
