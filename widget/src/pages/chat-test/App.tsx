import { Bar } from "../shared/Bar";
import { Controls } from "./Controls";
import { FrameLog } from "./FrameLog";
import { SignIn } from "./SignIn";
import { isOpen, person, position } from "./state";

/** The page: who, how, and what passes on the wire. */
export function App() {
  return (
    <>
      <Bar title="Chat test" current="/chat-test" />
      <main class="layout" data-beside={isOpen.value ? position.value : undefined}>
        <div class="side">{person.value ? <Controls who={person.value} /> : <SignIn />}</div>
        <FrameLog />
      </main>
    </>
  );
}
