import { useSignal } from "@preact/signals";
import { snoozeChoices } from "../desk/snooze";
import { dayAndTime } from "../time";
import type { Conversation } from "../../wire/schema";
import { Button, Dialog, Field, IconButton, Menu } from "../ui";
import { MoonIcon } from "../ui/icons";
import { snooze } from "./actions";
import { openMenu } from "./current";

/** Puts the conversation away until later. */
export function SnoozeMenu({ conversation }: { conversation: Conversation }) {
  const picking = useSignal(false);
  const choices = snoozeChoices().map(({ label, until }) => ({
    label,
    hint: dayAndTime(until),
    onSelect: () => void snooze(conversation.id, until),
  }));
  return (
    <>
      <Menu
        label="Snooze until"
        align="end"
        open={openMenu.value === "snooze"}
        onOpenChange={(open) => (openMenu.value = open ? "snooze" : null)}
        items={[...choices, { label: "Pick a time…", onSelect: () => (picking.value = true) }]}
        trigger={(button) => (
          <IconButton label="Snooze" {...button}>
            <MoonIcon />
          </IconButton>
        )}
      />
      {picking.value && <Pick conversation={conversation} onClose={() => (picking.value = false)} />}
    </>
  );
}

/** As an input of local time has it. */
const local = (time: Date) => new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function Pick({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const error = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const tomorrow = new Date(Date.now() + 86_400_000);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const until = new Date(String(new FormData(event.currentTarget as HTMLFormElement).get("until")));
    if (Number.isNaN(until.getTime())) error.value = "Choose a day and a time.";
    else if (until.getTime() <= Date.now()) error.value = "Choose a time in the future.";
    else if (until.getTime() > Date.now() + 366 * 86_400_000) error.value = "At most a year from now.";
    else {
      busy.value = true;
      if (await snooze(conversation.id, until)) onClose();
      busy.value = false;
    }
  };
  return (
    <Dialog
      title="Snooze until"
      size="sm"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="snooze-form" busy={busy.value}>
            Snooze
          </Button>
        </>
      }
    >
      <form id="snooze-form" onSubmit={submit} noValidate>
        <Field
          label="Day and time"
          name="until"
          type="datetime-local"
          defaultValue={local(tomorrow)}
          min={local(new Date())}
          error={error.value}
        />
      </form>
    </Dialog>
  );
}
