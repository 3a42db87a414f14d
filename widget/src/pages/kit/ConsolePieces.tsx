import { signal } from "@preact/signals";
import type { Entry } from "../../client/outbox";
import { me } from "../../console/session";
import { Composer } from "../../console/thread/Composer";
import { MessageRow } from "../../console/thread/MessageRow";
import { NoteRow } from "../../console/thread/NoteRow";
import { PendingRow } from "../../console/thread/PendingRow";
import type { Sending } from "../../console/thread/Sending";
import { SuggestionCard } from "../../console/thread/SuggestionCard";
import type { ThreadStore } from "../../console/thread/ThreadStore";
import composer from "../../console/thread/composer.css?inline";
import message from "../../console/thread/message.css?inline";
import threadStyles from "../../console/thread/thread.css?inline";
import { timeline } from "../../console/thread/timeline";
import { dayTitle } from "../../console/time";
import { Badge, Button, Empty, ErrorNote, Spinner } from "../../console/ui";
import shell from "../../console/shell/shell.css?inline";
import overlays from "../../console/ui/overlays.css?inline";
import ui from "../../console/ui/ui.css?inline";
import { Both } from "./Frame";
import { AGENT, MESSAGES, NOTES, hoursAgo } from "./samples";

const STYLES = [shell, ui, overlays, threadStyles, message, composer];

me.value = { id: AGENT.id, username: "ida", name: AGENT.name, role: "agent", department: null };

const nothing = () => {};
const sending = { again: nothing, giveUp: nothing, send: nothing } as unknown as Sending;

/** As much of a thread as its rows and its composer use; nothing goes to a server. */
const sampleThread = (id: string) =>
  ({
    id,
    messages: signal(MESSAGES),
    suggestion: signal({ text: "I am **sorry** to hear that. May I send another one?", sources: [] }),
    isWork: true,
    sending,
    typing: nothing,
    merged: nothing,
    noted: nothing,
    unnoted: nothing,
  }) as unknown as ThreadStore;

const pending = (state: Entry["state"], error?: string): Entry => ({
  client_id: `w-${state}`,
  text: "One more thing",
  created_at: hoursAgo(0),
  state,
  error,
});

/** Messages and notes in one timeline, and what is on its way. */
export function ConsoleLog() {
  const thread = sampleThread("kit-log");
  return (
    <Both css={STYLES} isBare>
      {() => (
        <div class="log">
          <div class="log-inner">
            {timeline(MESSAGES, NOTES, false, false).map((item) =>
              item.kind === "day" ? (
                <h2 key={item.key} class="day">
                  {dayTitle(item.at)}
                </h2>
              ) : item.kind === "note" ? (
                <NoteRow key={item.key} note={item.note} thread={thread} />
              ) : (
                <MessageRow key={item.key} message={item.message} continues={item.continues} thread={thread} />
              ),
            )}
            <PendingRow pending={pending("sending")} sending={sending} />
            <PendingRow pending={pending("failed", "it is too long")} sending={sending} />
          </div>
        </div>
      )}
    </Both>
  );
}

/** Where replies and notes are written, with what the assistant would reply. */
export function ConsoleComposer() {
  return (
    <Both css={STYLES} isBare>
      {() => {
        const thread = sampleThread("kit-composer");
        return (
          <>
            <SuggestionCard thread={thread} />
            <Composer thread={thread} />
          </>
        );
      }}
    </Both>
  );
}

/** What stands where something failed, is missing, or is not there yet. */
export function ConsoleNotices() {
  return (
    <Both css={STYLES}>
      {() => (
        <>
          <ErrorNote error={new Error("The server cannot be reached. Check your connection.")} retry={nothing} />
          <Empty title="No conversations here">
            <p>Those that match the filters appear here.</p>
          </Empty>
          <div class="pieces">
            <Spinner />
            <Badge>Pending</Badge>
            <Button>Button</Button>
            <Button variant="primary">Primary</Button>
            <Button variant="danger">Danger</Button>
          </div>
        </>
      )}
    </Both>
  );
}
