import { useEffect, useRef } from "preact/hooks";
import { loadSanitizer } from "../sanitizer";
import { useView } from "../view";
import { Announcer } from "./Announcer";
import { Composer } from "./Composer";
import { Header } from "./Header";
import { Log } from "./Log";
import { StatusLine } from "./StatusLine";

/** The open chat. */
export function Panel() {
  const view = useView();
  const panel = useRef<HTMLDivElement>(null);
  const chat = view.chat.value;

  useEffect(loadSanitizer, []);
  // seen is what is on the screen of a visible page
  const newest = chat.timeline.newest?.seq;
  useEffect(() => {
    const seen = () => {
      if (document.visibilityState === "visible") chat.markRead();
    };
    seen();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [chat, newest, chat.timeline.messages.value]);

  const escaped = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    view.close();
  };
  return (
    <div ref={panel} class="panel" role="dialog" aria-label={view.partner.value.name} onKeyDown={escaped}>
      <Header />
      <StatusLine />
      <Log />
      <Composer />
      <Announcer />
    </div>
  );
}
