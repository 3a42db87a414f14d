import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { conversations } from "../desk/api";
import { describe } from "../../client/problem";
import { Button, IconButton, Tabs, toast } from "../ui";
import { AttachIcon, CloseIcon, ReplyIcon, SendIcon, SparkIcon } from "../ui/icons";
import { ComposerText } from "./ComposerText";
import type { ThreadStore } from "./ThreadStore";
import { UploadChips } from "./UploadChips";
import { MAX_TEXT, Writing } from "./Writing";
import { replyingTo } from "./current";

const modes = [
  { key: "reply", title: "Reply" },
  { key: "note", title: "Private note" },
] as const;

/** Where replies and private notes are written. */
export function Composer({ thread }: { thread: ThreadStore }) {
  const id = useId();
  const writing = useMemo(() => new Writing(thread), [thread]);
  const dragged = useSignal(false);
  useEffect(() => () => writing.stopTyping(), [writing]);
  const isNote = writing.mode === "note";
  return (
    <div
      class={`composer ${isNote ? "is-note" : ""} ${dragged.value ? "is-dragged" : ""}`}
      onDragOver={(event) => {
        if (isNote || !event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        dragged.value = true;
      }}
      onDragLeave={() => (dragged.value = false)}
      onDrop={(event) => {
        dragged.value = false;
        if (isNote || !event.dataTransfer?.files.length) return;
        event.preventDefault();
        writing.files.add(event.dataTransfer.files);
      }}
    >
      <Tabs
        label="What is written"
        tabs={modes.filter(({ key }) => key === "reply" || thread.isWork)}
        selected={writing.mode}
        onSelect={(mode) => writing.turnTo(mode)}
        controls={`${id}-panel`}
      />
      <div id={`${id}-panel`} role="tabpanel" aria-label={isNote ? "Private note" : "Reply"} class="composer-panel">
        {!isNote && <Answering thread={thread} />}
        {!isNote && <UploadChips files={writing.files} />}
        <ComposerText writing={writing} />
        <Foot thread={thread} writing={writing} />
      </div>
    </div>
  );
}

/** The message that the reply answers. */
function Answering({ thread }: { thread: ThreadStore }) {
  const answered = replyingTo.value;
  if (answered?.conversation !== thread.id) return null;
  return (
    <div class="answering">
      <ReplyIcon size={16} />
      <span class="answering-text">
        <b>{answered.name}</b> {answered.text}
      </span>
      <IconButton label="Do not answer this message" size="sm" onClick={() => (replyingTo.value = null)}>
        <CloseIcon size={16} />
      </IconButton>
    </div>
  );
}

function Foot({ thread, writing }: { thread: ThreadStore; writing: Writing }) {
  const isNote = writing.mode === "note";
  const left = MAX_TEXT - writing.text.length;
  return (
    <div class="composer-foot">
      {!isNote && <AttachButton onFiles={(list) => writing.files.add(list)} />}
      {!isNote && thread.isWork && <SuggestButton thread={thread} />}
      <span class="composer-hint">{left < 200 ? `${left} left` : "Enter sends, Shift + Enter breaks the line"}</span>
      <Button
        variant="primary"
        icon={<SendIcon size={18} />}
        busy={writing.busy.value}
        disabled={writing.files.isUploading}
        onClick={() => void writing.send()}
      >
        {isNote ? "Add note" : "Send"}
      </Button>
    </div>
  );
}

function AttachButton({ onFiles }: { onFiles: (files: FileList) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label="Attach a file" onClick={() => input.current?.click()}>
        <AttachIcon />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to attach"
        onChange={(event) => {
          if (event.currentTarget.files) onFiles(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

function SuggestButton({ thread }: { thread: ThreadStore }) {
  const busy = useSignal(false);
  const ask = async () => {
    busy.value = true;
    try {
      const answer = await conversations.suggest(thread.id);
      thread.suggestion.value = { text: answer.suggested_response, sources: answer.sources };
    } catch (error) {
      toast(describe(error), "error");
    } finally {
      busy.value = false;
    }
  };
  return (
    <Button size="sm" variant="quiet" icon={<SparkIcon size={18} />} busy={busy.value} onClick={() => void ask()}>
      Suggest
    </Button>
  );
}
