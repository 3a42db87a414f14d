import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { labels as api } from "../desk/api";
import { allLabels } from "../desk/directory";
import type { Conversation } from "../../wire/schema";
import { Problem, describe } from "../../client/problem";
import { Button, Dialog, Empty, ErrorNote, Field, toast } from "../ui";
import { PlusIcon } from "../ui/icons";
import { setLabels } from "./actions";

/** Colours that can be told apart, for labels made here. */
const COLORS = ["#2456d6", "#0f7a43", "#b3261e", "#8a5300", "#7a3cc2", "#0b7285", "#c2255c", "#64748b"];
const AT_MOST = 20;

/** Which labels the conversation has; a new one is made by its name. */
export function LabelsDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const typed = useSignal("");
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  useEffect(() => void allLabels.want(true), []);
  const held = new Set(conversation.labels?.map((label) => label.id));
  const name = typed.value.trim();
  const shown = useComputed(() =>
    allLabels.items.value.filter((label) => label.name.toLowerCase().includes(typed.value.trim().toLowerCase())),
  );
  const isNew = name !== "" && !allLabels.items.value.some((label) => label.name.toLowerCase() === name.toLowerCase());
  const toggle = async (id: number) => {
    const next = new Set(held);
    if (!next.delete(id)) next.add(id);
    if (next.size > AT_MOST) return toast(`A conversation has at most ${AT_MOST} labels.`, "error");
    await setLabels(conversation.id, [...next]);
  };
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!isNew || busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      const made = await api.add(name, COLORS[allLabels.items.value.length % COLORS.length] ?? "#64748b");
      await allLabels.want(true);
      typed.value = "";
      await toggle(made.id);
    } catch (problem) {
      error.value = problem instanceof Problem && problem.fields["name"] ? new Error(problem.fields["name"]) : problem;
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title="Labels" size="sm" onClose={onClose} actions={<Button onClick={onClose}>Done</Button>}>
      <form onSubmit={create} class="label-form">
        <Field
          label="Find or create a label"
          value={typed.value}
          maxLength={40}
          autocomplete="off"
          onInput={(event) => (typed.value = event.currentTarget.value)}
          error={error.value ? describe(error.value) : undefined}
        />
        {isNew && (
          <Button size="sm" type="submit" busy={busy.value} icon={<PlusIcon size={16} />}>
            Create “{name}”
          </Button>
        )}
      </form>
      <ErrorNote error={allLabels.error.value} retry={() => void allLabels.want(true)} />
      {shown.value.length > 0 ? (
        <ul class="label-list">
          {shown.value.map((label) => (
            <li key={label.id}>
              <label class="label-choice">
                <input type="checkbox" checked={held.has(label.id)} onChange={() => void toggle(label.id)} />
                <span class="label-dot" style={{ background: label.color }} />
                <bdi>{label.name}</bdi>
              </label>
            </li>
          ))}
        </ul>
      ) : (
        !isNew && <Empty title="No labels yet">Type a name to make the first.</Empty>
      )}
    </Dialog>
  );
}
