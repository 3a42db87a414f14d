import { useSettled } from "../load";
import { AlertIcon, CheckIcon, HelpIcon } from "../../ui/icons";
import { checkLink, linksIn } from "./links";
import { outline } from "./outline";

const ICONS = { ok: CheckIcon, unknown: HelpIcon, broken: AlertIcon };

/** Where an article leads, and whether there is something. */
export function Links({ markdown }: { markdown: string }) {
  const settled = useSettled(markdown);
  const articles = outline.items.value;
  const links = linksIn(settled).map((link) => checkLink(link, outline.isKnown ? articles : null));
  if (links.length === 0) return null;
  const broken = links.filter(({ state }) => state === "broken").length;
  return (
    <details class="editor-links" open={broken > 0}>
      <summary>
        {links.length === 1 ? "One link" : `${links.length} links`}
        {broken > 0 && <span class="admin-error-text">, {broken} broken</span>}
      </summary>
      <ul aria-label="Links">
        {links.map(({ address, state, says }) => {
          const StateIcon = ICONS[state];
          return (
            <li key={`${address} ${says}`} class={`editor-link is-${state}`}>
              <StateIcon size={16} />
              <span class="admin-mono">{address || "(empty)"}</span>
              <span class="editor-link-says">{says}</span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
