import { Button } from "../ui";
import { AlertIcon, FileIcon } from "../ui/icons";
import { ReceiptMark } from "./MessageRow";
import type { Entry } from "../../client/outbox";
import type { Sending } from "./Sending";

/** A message that is on its way, or could not be sent. */
export function PendingRow({ pending, sending }: { pending: Entry; sending: Sending }) {
  const failed = pending.state === "failed";
  return (
    <article class={`message is-ours is-mine is-pending ${failed ? "is-failed" : ""}`} data-pending={pending.client_id}>
      <span class="message-face" />
      <div class="message-main">
        <div class="bubble">
          <div class="rich is-plain" dir="auto">
            {pending.text}
          </div>
          {pending.attachment && (
            <span class="file">
              <FileIcon />
              <span class="file-name">{pending.attachment.file_name}</span>
            </span>
          )}
        </div>
        {failed ? (
          <div class="message-foot is-failed" role="alert">
            <AlertIcon size={14} />
            <span>Not sent: {pending.error}</span>
            <Button size="sm" onClick={() => sending.retry(pending.client_id)}>
              Try again
            </Button>
            <Button size="sm" variant="quiet" onClick={() => sending.discard(pending.client_id)}>
              Discard
            </Button>
          </div>
        ) : (
          <p class="message-foot">
            <ReceiptMark receipt="sending" />
          </p>
        )}
      </div>
    </article>
  );
}
