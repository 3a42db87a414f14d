/** The help centre's one script: its button opens the widget, which loads beside it. Without it there is no button. */
type Command = { (...call: unknown[]): unknown; q?: unknown[][] };
const page = window as unknown as { Switchboard?: Command };

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-chat]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    // before the loader has run, it finds the call in its queue
    const queue: unknown[][] = [];
    page.Switchboard ??= Object.assign((...call: unknown[]) => queue.push(call), { q: queue });
    page.Switchboard("open");
  });
}
