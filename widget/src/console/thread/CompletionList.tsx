import { useLayoutEffect, useRef } from "preact/hooks";
import type { Choice, Completion } from "./completion";

interface CompletionListProps {
  id: string;
  completion: Completion;
  choices: Choice[];
  active: number;
  onChoose: (choice: Choice) => void;
}

/** The choices; the text keeps the focus and says which one is active, which is always in sight. */
export function CompletionList({ id, completion, choices, active, onChoose }: CompletionListProps) {
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active, choices.length]);
  return (
    <ul
      ref={list}
      class="completion"
      role="listbox"
      id={id}
      aria-label={completion.kind === "canned" ? "Canned replies" : "Colleagues"}
    >
      {choices.map((choice, index) => (
        <li
          key={choice.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onMouseDown={(event) => {
            // the text keeps the focus
            event.preventDefault();
            onChoose(choice);
          }}
        >
          <span class="completion-title">
            <bdi>{choice.title}</bdi>
          </span>
          <span class="completion-detail">{choice.detail}</span>
        </li>
      ))}
    </ul>
  );
}
