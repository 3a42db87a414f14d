import { useId } from "preact/hooks";
import { Button } from "../ui";
import type { Push, PushState } from "./push";

/** Whether this browser gets notifications while the console is closed, and why not. */
export function PushSwitch({ push }: { push: Push }) {
  const id = useId();
  const state = push.state.value;
  const canTurn = state === "on" || state === "off";
  return (
    <footer class="bell-push" data-push={state}>
      <div class="bell-push-text">
        <p class="bell-push-title" id={id}>
          While the console is closed
        </p>
        <p class="bell-push-state" role="status">
          {texts[state]()}
        </p>
        {push.problem.value && (
          <p class="field-error" role="alert">
            {push.problem.value}
          </p>
        )}
      </div>
      {canTurn && (
        <Button
          size="sm"
          busy={push.busy.value}
          aria-describedby={id}
          onClick={() => void (state === "on" ? push.disable() : push.enable())}
        >
          {state === "on" ? "Turn off" : "Turn on"}
        </Button>
      )}
    </footer>
  );
}

const texts: Record<PushState, () => string> = {
  checking: () => "Looking whether this browser can be notified…",
  unsupported: () =>
    isSecureContext
      ? "This browser cannot show notifications of a closed page."
      : "Browsers show these only over HTTPS, or on localhost. This page came over plain HTTP.",
  "no-keys": () => "This server has no key for Web Push. Its operator can set one (VAPID_PRIVATE_KEY).",
  denied: () => "You blocked notifications of this site. Allow them in the browser’s site settings, then reload.",
  off: () => "You are not notified by this browser.",
  on: () => "This browser notifies you.",
};
