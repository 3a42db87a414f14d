/** The console's keyboard. Keys mean letters only where nobody is writing and no dialog is open. */
import { filter } from "../inbox/filters";
import { ids } from "../inbox/list";
import { cursor } from "../inbox/cursor";
import { isWork } from "../desk/words";
import { go, openConversation, route } from "../router";
import { contextShown } from "../context/shown";
import { showHelp } from "../shell/help";
import { claim, setStatus } from "../thread/actions";
import { askComposer, labelsShown, openMenu, thread } from "../thread/current";

export const shortcuts: { title: string; keys: { key: string; does: string }[] }[] = [
  {
    title: "Going about",
    keys: [
      { key: "j", does: "Next conversation" },
      { key: "k", does: "Previous conversation" },
      { key: "Enter", does: "Open it" },
      { key: "/", does: "Search" },
      { key: "g i", does: "All conversations" },
      { key: "g m", does: "Mine" },
      { key: "g u", does: "Unassigned" },
      { key: "Esc", does: "Back" },
      { key: "?", does: "These shortcuts" },
    ],
  },
  {
    title: "In a conversation",
    keys: [
      { key: "r", does: "Reply" },
      { key: "n", does: "Private note" },
      { key: "c", does: "Claim" },
      { key: "a", does: "Assign" },
      { key: "e", does: "Resolve" },
      { key: "s", does: "Snooze" },
      { key: "l", does: "Labels" },
      { key: "d", does: "Details" },
    ],
  },
];

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** How long `g` waits for its second letter. */
const SECOND = 1_500;
let gone = 0;

function step(by: 1 | -1): void {
  const all = ids.value;
  if (!all.length) return;
  const focused = document.activeElement?.closest<HTMLElement>("[data-conversation]")?.dataset["conversation"];
  const at = all.indexOf(focused ?? cursor.value ?? openConversation() ?? "");
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  // the same again still moves the focus there
  cursor.value = null;
  cursor.value = next ?? null;
}

function view(to: "all" | "mine" | "unassigned"): void {
  go("");
  filter({ view: to });
}

/** Escape leaves the innermost place. */
function back(): void {
  if (contextShown.value && !matchMedia("(min-width: 1280px)").matches) contextShown.value = false;
  else if (openConversation()) {
    cursor.value = openConversation();
    go("");
  }
}

function inConversation(key: string): boolean {
  const conversation = thread.value?.conversation.value;
  if (!conversation) return false;
  if (key === "r") askComposer({ mode: "reply" });
  else if (key === "d") contextShown.value = !contextShown.value;
  else if (!isWork(conversation)) return false;
  else if (key === "n") askComposer({ mode: "note" });
  else if (key === "c") void claim(conversation.id);
  else if (key === "a") openMenu.value = "assign";
  else if (key === "s") openMenu.value = "snooze";
  else if (key === "l") labelsShown.value = true;
  else if (key === "e") {
    if (conversation.status !== "resolved") void setStatus(conversation, "resolved");
  } else return false;
  return true;
}

function handle(event: KeyboardEvent): boolean {
  const { key } = event;
  if (key === "?") {
    showHelp(true);
    return true;
  }
  const inInbox = route.value.path === "" || openConversation() !== null;
  const second = performance.now() - gone < SECOND;
  gone = 0;
  if (second && (key === "i" || key === "m" || key === "u")) {
    view(key === "i" ? "all" : key === "m" ? "mine" : "unassigned");
    return true;
  }
  if (key === "g") {
    gone = performance.now();
    return true;
  }
  if (!inInbox) return false;
  if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (key === "Escape") back();
  else if (key === "/") document.getElementById("list-search")?.focus();
  else return inConversation(key);
  return true;
}

/** Listens to the whole page. Returns what ends that. */
export function listenToKeys(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isWriting(event.target) || document.querySelector("dialog[open]")) return;
    if (handle(event)) event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
