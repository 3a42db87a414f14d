import { Bar } from "../kit/Bar";
import { Controls } from "./Controls";
import { FrameLog } from "./FrameLog";
import { SignIn } from "./SignIn";
import { person } from "./state";

/** The page: who, how, and what passes on the wire. */
export function App() {
  return (
    <>
      <Bar title="Chat test" current="/chat-test" />
      <main class="layout">
        <div class="side">{person.value ? <Controls who={person.value} /> : <SignIn />}</div>
        <FrameLog />
      </main>
    </>
  );
}
