import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { conversations, notes } from "../desk/api";
import { cannedReplies, colleagues } from "../desk/directory";
import { describe } from "../session";
import { Button, IconButton, Tabs, toast } from "../ui";
import { AttachIcon, CloseIcon, ReplyIcon, SendIcon, SparkIcon } from "../ui/icons";
import { CompletionList } from "./CompletionList";
import { Files } from "./Files";
import { type Choice, type Completion, choicesFor, completionAt } from "./completion";
import { composerAsks, replyingTo } from "./current";
import { draftOf, keepDraft } from "./drafts";
import { UploadChips } from "./UploadChips";
import type { ThreadStore } from "./ThreadStore";

const LONGEST = 4000;
/** A typing sign is renewed while somebody types. */
const RENEW = 3_000;

/** Where replies and private notes are written. */
export function Composer({ thread }: { thread: ThreadStore }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const draft = useSignal(draftOf(thread.id));
  const completion = useSignal<Completion | null>(null);
  const active = useSignal(0);
  const busy = useSignal(false);
  const dragged = useSignal(false);
  const files = useMemo(() => new Files(thread.id), [thread]);
  const typedAt = useRef(0);
  const { mode } = draft.value;
  const text = draft.value[mode];
  const choices = completion.value ? choicesFor(completion.value) : [];

  const write = (change: Partial<{ mode: "reply" | "note"; text: string }>) => {
    const next = { ...draft.value, mode: change.mode ?? mode };
    if (change.text !== undefined) next[next.mode] = change.text;
    draft.value = next;
    keepDraft(thread.id, next);
  };
  const complete = () => {
    const element = area.current;
    const found = element && element.selectionStart === element.selectionEnd ? completionAt(element.value, element.selectionStart, mode) : null;
    if (found && (found.kind !== completion.value?.kind || found.typed !== completion.value.typed)) active.value = 0;
    if (found) void (found.kind === "canned" ? cannedReplies : colleagues).want();
    completion.value = found;
  };
  const caret = useRef<number | null>(null);
  const choose = (choice: Choice) => {
    const at = completion.value;
    if (!at) return;
    completion.value = null;
    caret.current = at.from + choice.text.length;
    write({ text: (text.slice(0, at.from) + choice.text + text.slice(at.to)).slice(0, LONGEST) });
  };
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, 240)}px`;
    if (caret.current !== null) {
      element.focus();
      element.setSelectionRange(caret.current, caret.current);
      caret.current = null;
    }
  }, [text, mode]);
  useEffect(() => {
    const ask = composerAsks.value;
    if (!ask) return;
    composerAsks.value = null;
    if (ask.insert !== undefined) {
      caret.current = ask.insert.length;
      write({ mode: "reply", text: ask.insert });
    } else if (ask.mode) write({ mode: ask.mode });
    area.current?.focus();
  }, [composerAsks.value]);
  useEffect(() => () => stopTyping(), [thread]);

  const typing = () => {
    if (mode !== "reply" || Date.now() - typedAt.current < RENEW) return;
    typedAt.current = Date.now();
    thread.typing(true);
  };
  const stopTyping = () => {
    if (!typedAt.current) return;
    typedAt.current = 0;
    thread.typing(false);
  };

  const send = async () => {
    const said = text.trim();
    if (busy.value || files.isUploading) return;
    if (mode === "note") {
      if (!said) return;
      busy.value = true;
      try {
        thread.noted(await notes.add(thread.id, said));
        write({ text: "" });
      } catch (error) {
        toast(describe(error), "error");
      } finally {
        busy.value = false;
      }
      return;
    }
    const sent = files.take();
    if (!said && !sent.length) return;
    const answers = replyingTo.value?.conversation === thread.id ? replyingTo.value.id : null;
    thread.sending.send(said, answers, sent[0] ?? null);
    // a message carries one file: further ones follow
    sent.slice(1).forEach((file) => thread.sending.send("", null, file));
    replyingTo.value = null;
    stopTyping();
    write({ text: "" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (completion.value && choices.length) {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      const choice = choices[active.value];
      if (step) active.value = (active.value + step + choices.length) % choices.length;
      else if ((event.key === "Enter" || event.key === "Tab") && choice) choose(choice);
      else if (event.key === "Escape") completion.value = null;
      else return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (replyingTo.value) replyingTo.value = null;
      else area.current?.blur();
    }
  };
  const isNote = mode === "note";
  const shown = completion.value !== null && choices.length > 0;
  const answering = !isNote && replyingTo.value?.conversation === thread.id ? replyingTo.value : null;
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
        files.add(event.dataTransfer.files);
      }}
    >
      <Tabs
        label="What is written"
        tabs={[
          { key: "reply", title: "Reply" },
          { key: "note", title: "Private note" },
        ]}
        selected={mode}
        onSelect={(next) => {
          stopTyping();
          completion.value = null;
          write({ mode: next });
        }}
        controls={`${id}-panel`}
      />
      <div id={`${id}-panel`} role="tabpanel" aria-label={isNote ? "Private note" : "Reply"} class="composer-panel">
        {answering && (
          <div class="answering">
            <ReplyIcon size={16} />
            <span class="answering-text">
              <b>{answering.name}</b> {answering.text}
            </span>
            <IconButton label="Do not answer this message" size="sm" onClick={() => (replyingTo.value = null)}>
              <CloseIcon size={16} />
            </IconButton>
          </div>
        )}
        {!isNote && <UploadChips files={files} />}
        {shown && completion.value && <CompletionList id={`${id}-list`} completion={completion.value} choices={choices} active={active.value} onChoose={choose} />}
        <textarea
          ref={area}
          id="composer"
          class="composer-text"
          rows={2}
          dir="auto"
          maxLength={LONGEST}
          value={text}
          placeholder={isNote ? "Only agents see this. @ mentions a colleague." : "Write a reply. / brings canned replies."}
          aria-label={isNote ? "Private note" : "Reply"}
          aria-autocomplete="list"
          aria-controls={shown ? `${id}-list` : undefined}
          aria-activedescendant={shown ? `${id}-list-${active.value}` : undefined}
          onInput={(event) => {
            write({ text: event.currentTarget.value });
            if (event.currentTarget.value) typing();
            else stopTyping();
            complete();
          }}
          onKeyUp={(event) => {
            if (event.key.startsWith("Arrow") && !completion.value) complete();
          }}
          onBlur={() => {
            stopTyping();
            completion.value = null;
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = event.clipboardData?.files;
            if (isNote || !pasted?.length) return;
            event.preventDefault();
            files.add(pasted);
          }}
        />
        <div class="composer-foot">
          {!isNote && <AttachButton onFiles={(list) => files.add(list)} />}
          {!isNote && <SuggestButton thread={thread} />}
          <span class="composer-hint">{text.length > LONGEST - 200 ? `${LONGEST - text.length} left` : "Enter sends, Shift + Enter breaks the line"}</span>
          <Button variant="primary" icon={<SendIcon size={18} />} busy={busy.value} disabled={files.isUploading} onClick={() => void send()}>
            {isNote ? "Add note" : "Send"}
          </Button>
        </div>
      </div>
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
