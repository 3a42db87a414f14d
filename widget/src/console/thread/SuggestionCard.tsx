import { asRead } from "../desk/words";
import { Button, IconButton } from "../ui";
import { CloseIcon, SparkIcon } from "../ui/icons";
import { Sources } from "./Sources";
import type { ThreadStore } from "./ThreadStore";
import { askComposer } from "./current";

/** The reply that the assistant suggests; only an agent sends it. */
export function SuggestionCard({ thread }: { thread: ThreadStore }) {
  const suggestion = thread.suggestion.value;
  if (!suggestion) return null;
  return (
    <section class="suggestion" aria-label="Suggested reply">
      <header>
        <SparkIcon size={18} />
        <h3>Suggested reply</h3>
        <IconButton label="Dismiss the suggestion" size="sm" onClick={() => (thread.suggestion.value = null)}>
          <CloseIcon size={16} />
        </IconButton>
      </header>
      <p class="suggestion-text" dir="auto" tabIndex={0} role="group" aria-label="The text">
        {asRead(suggestion.text)}
      </p>
      <footer>
        <Sources sources={suggestion.sources} />
        <Button
          size="sm"
          variant="primary"
          onClick={() => {
            askComposer({ mode: "reply", insert: suggestion.text });
            thread.suggestion.value = null;
          }}
        >
          Use
        </Button>
      </footer>
    </section>
  );
}
