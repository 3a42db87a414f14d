/** The examples that come with the server: articles of an invented shop. */
import { useState } from "preact/hooks";
import { describe } from "../../../client/problem";
import { Button, toast } from "../../ui";
import { number } from "../format";
import { Confirm } from "../parts";
import { knowledge } from "./api";

const counted = (count: number) => `${number(count)} ${count === 1 ? "example" : "examples"}`;

export function LoadExamples({ onLoaded }: { onLoaded: () => void }) {
  const [busy, setBusy] = useState(false);
  const load = async () => {
    setBusy(true);
    try {
      const { count } = await knowledge.loadExamples();
      toast(`${counted(count)} loaded`);
      onLoaded();
    } catch (error) {
      toast(describe(error), "error");
    }
    setBusy(false);
  };
  return (
    <Button busy={busy} onClick={() => void load()}>
      Load examples
    </Button>
  );
}

/** Says that there are examples, which customers are answered from, and removes them. */
export function ExamplesNote({ count, onRemoved }: { count: number; onRemoved: () => void }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <div class="admin-warn knowledge-examples">
      <p>
        {counted(count)} of an invented shop: the bot answers your customers from{" "}
        {count === 1 ? "it. Change it, or remove it." : "them. Change them, or remove them."}
      </p>
      <Button size="sm" onClick={() => setAsked(true)}>
        Remove all examples
      </Button>
      {isAsked && (
        <Confirm
          title="Remove all examples?"
          verb="Remove"
          onClose={() => setAsked(false)}
          act={async () => {
            const removed = await knowledge.removeExamples();
            toast(`${counted(removed.count)} removed`);
            onRemoved();
          }}
        >
          <p>Those that nobody has changed go. What was changed is your own, and stays.</p>
        </Confirm>
      )}
    </div>
  );
}
