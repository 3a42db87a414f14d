/**
 * The help centre's one script: its button opens the widget, which loads beside it. Without it a sentence stands in the
 * button's place.
 */
type Command = { (...call: unknown[]): unknown; q?: unknown[][] };
const page = window as unknown as { Switchboard?: Command };

for (const sentence of document.querySelectorAll<HTMLElement>("[data-no-chat]")) sentence.hidden = true;
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-chat]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    // before the loader has run, it finds the call in its queue
    const queue: unknown[][] = [];
    page.Switchboard ??= Object.assign((...call: unknown[]) => queue.push(call), { q: queue });
    page.Switchboard("open");
  });
}
