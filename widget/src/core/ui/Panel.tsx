import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { loadSanitizer } from "../sanitizer";
import { adopt } from "../styles";
import { useView } from "../view";
import { Announcer } from "./Announcer";
import { Composer } from "./Composer";
import { Header } from "./Header";
import { Log } from "./Log";
import { StatusLine } from "./StatusLine";
import avatar from "./avatar.css?inline";
import composer from "./composer.css?inline";
import { lazy } from "./lazy";
import attached from "./attached.css?inline";
import message from "./message.css?inline";

const ArticleView = lazy(() => import("./ArticleView").then((module) => module.ArticleView));
const Search = lazy(() => import("./Search").then((module) => module.Search));

/** The open chat. */
export function Panel() {
  const view = useView();
  const content = useRef<HTMLDivElement>(null);
  const [isDropping, setDropping] = useState(false);
  const chat = view.chat.value;
  const messages = chat.conversation.timeline.messages.value;

  useLayoutEffect(() => adopt(content.current, [avatar, message, attached, composer]), []);
  useEffect(loadSanitizer, []);
  // seen is what is on the screen of a visible page
  useEffect(() => {
    const seen = () => {
      if (document.visibilityState === "visible") chat.markRead();
    };
    seen();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [chat, messages]);

  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    chat.uploads.add(event.dataTransfer?.files ?? []);
    view.focusInput.value++;
  };
  const dragged = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    setDropping(true);
  };
  const left = (event: DragEvent & { currentTarget: HTMLElement }) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
  };
  return (
    <div ref={content} class="content" onDragOver={dragged} onDragLeave={left} onDrop={dropped}>
      <Header />
      <StatusLine />
      {view.isSearching.value ? <Search /> : <Talk />}
      <Announcer />
      {isDropping && <div class="drop">{view.texts.t("drop")}</div>}
    </div>
  );
}

/** The conversation, and an article over it: beneath, everything stays where it was. */
function Talk() {
  const view = useView();
  const href = view.articles.value.at(-1);
  const isCovered = href !== undefined;
  useEffect(() => {
    if (!isCovered) view.returnFromArticle();
  }, [isCovered]);
  return (
    <div class="talk">
      <div class="talk-beneath" inert={isCovered}>
        <Log />
        <Composer />
      </div>
      {isCovered && <ArticleView href={href} />}
    </div>
  );
}
