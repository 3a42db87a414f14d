import { useEffect, useRef, useState } from "preact/hooks";
import { describe } from "../../../client/problem";
import { knowledge } from "./api";
import { refusalOf, withImages } from "./images";

/** Images on their way into a text. */
interface Images {
  areaRef: { current: HTMLTextAreaElement | null };
  /** Sends files and puts what arrived where the caret is then. */
  add: (files: readonly File[]) => void;
  busy: boolean;
  /** What is being sent, and how far it is. */
  progress: string;
  /** Why something was not taken; empty where nothing was refused. */
  refusal: string;
}

/** Uploads images for the text of a text area; `set` takes the text that names them. */
export function useImages(set: (text: string) => void): Images {
  const areaRef = useRef<HTMLTextAreaElement | null>(null);
  const leaving = useRef(new AbortController());
  const [progress, setProgress] = useState("");
  const [refusal, setRefusal] = useState("");
  useEffect(() => () => leaving.current.abort(), []);
  const send = async (files: readonly File[]) => {
    const urls: string[] = [];
    const refused: string[] = [];
    for (const file of files) {
      const wrong = refusalOf(file);
      if (wrong) {
        refused.push(wrong);
        continue;
      }
      const show = (part: number) => setProgress(`Adding “${file.name}”: ${Math.round(part * 100)} %`);
      show(0);
      try {
        urls.push((await knowledge.addImage(file, show, leaving.current.signal)).url);
      } catch (error) {
        if (leaving.current.signal.aborted) return;
        refused.push(`“${file.name}” was not added: ${describe(error)}`);
      }
    }
    setProgress("");
    setRefusal(refused.join(" "));
    if (urls.length > 0 && areaRef.current) set(putInto(areaRef.current, urls));
  };
  const busy = progress !== "";
  const add = (files: readonly File[]) => {
    if (files.length === 0) return;
    if (busy) return setRefusal("Wait until the image before it is there.");
    setRefusal("");
    void send(files);
  };
  return { areaRef, add, busy, progress, refusal };
}

/** Puts images into a text area; answers its new text. The caret is in it, unless somebody writes elsewhere by now. */
function putInto(area: HTMLTextAreaElement, urls: readonly string[]): string {
  const { text, caret } = withImages(area.value, area.selectionStart, area.selectionEnd, urls);
  area.value = text;
  area.setSelectionRange(caret, caret);
  const active = document.activeElement;
  const isElsewhere = active instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(active.tagName);
  if (!isElsewhere) area.focus();
  return text;
}
