import type { ComponentChildren } from "preact";

interface TabsProps<K extends string> {
  label: string;
  tabs: { key: K; title: ComponentChildren; count?: number | undefined }[];
  selected: K;
  onSelect: (key: K) => void;
  /** The id of the panel that they change. */
  controls?: string;
}

/** Arrow keys go from tab to tab and choose. */
export function Tabs<K extends string>({ label, tabs, selected, onSelect, controls }: TabsProps<K>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.key === selected);
    const rtl = getComputedStyle(event.currentTarget as Element).direction === "rtl";
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const to =
      event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? at + (rtl ? -step : step) : null;
    if (to === null) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    const next = tabs[index];
    if (!next) return;
    onSelect(next.key);
    (event.currentTarget as Element).querySelectorAll<HTMLElement>("[role=tab]")[index]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.key}
          type="button"
          role="tab"
          class="tab"
          aria-selected={tab.key === selected}
          aria-controls={controls}
          tabIndex={tab.key === selected ? 0 : -1}
          onClick={() => onSelect(tab.key)}
        >
          {tab.title}
          {tab.count !== undefined && (
            <span class="tab-count">{tab.count > 999 ? `${Math.floor(tab.count / 100) / 10}k` : tab.count}</span>
          )}
        </button>
      ))}
    </div>
  );
}
