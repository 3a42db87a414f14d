import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { TypingSignal } from "../typing";
import { useView } from "../view";

const MAX_TEXT = 4000;

/** What is being written: the draft or, beside it, the change of an earlier message; and whether it can go. */
export function useWriting() {
  const view = useView();
  const chat = view.chat.value;
  const editing = view.editing.value;
  const [changed, setChanged] = useState("");
  useEffect(() => setChanged(editing?.text ?? ""), [editing]);
  const text = editing ? changed : chat.draft.value;
  const uploads = chat.uploads.items.value;
  const excess = [...text.trim()].length - MAX_TEXT;
  const isUploading = uploads.some((upload) => upload.state === "uploading");
  const hasContent = text.trim() !== "" || (!editing && uploads.some((upload) => upload.state === "done"));
  return {
    text,
    excess,
    isEditing: editing !== null,
    isReady: hasContent && excess <= 0 && !isUploading,
    write: (next: string) => (editing ? setChanged(next) : chat.setDraft(next)),
  };
}

/** Tells the others that we type, for as long as the composer is there. */
export function useTypingSignal(): RefObject<TypingSignal> {
  const chat = useView().chat.value;
  const typing = useRef<TypingSignal>(null);
  useEffect(() => {
    const signal = (typing.current = new TypingSignal(chat));
    return () => signal.stop();
  }, [chat]);
  return typing;
}

/** Keeps a field as high as its text. */
export function useGrowing(field: RefObject<HTMLTextAreaElement>, text: string): void {
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [text]);
}
