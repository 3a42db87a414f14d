/** The number of unread notifications before the page's title, whatever page sets the title. */

const MARK = /^\((?:\d+|99\+)\) /;

/** Keeps the badge at `count`; call the result with each new count, and with 0 at the end. */
export function titleBadge(): { show(count: number): void; end(): void } {
  let count = 0;
  const apply = () => {
    const plain = document.title.replace(MARK, "");
    const wanted = count > 0 ? `(${count > 99 ? "99+" : count}) ${plain}` : plain;
    // setting the title is a change too: only where it differs, or this would not end
    if (document.title !== wanted) document.title = wanted;
  };
  const watcher = new MutationObserver(apply);
  watcher.observe(document.head, { childList: true, subtree: true, characterData: true });
  return {
    show(next) {
      count = next;
      apply();
    },
    end() {
      watcher.disconnect();
      count = 0;
      apply();
    },
  };
}
