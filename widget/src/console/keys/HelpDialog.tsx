import { helpShown, showHelp } from "../shell/help";
import { Dialog } from "../ui";
import { shortcuts } from "./shortcuts";

/** All keyboard shortcuts. */
export function HelpDialog() {
  if (!helpShown.value) return null;
  return (
    <Dialog title="Keyboard shortcuts" size="lg" onClose={() => showHelp(false)}>
      <div class="keys">
        {shortcuts.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.keys.map(({ key, does }) => (
                <div key={key} class="key-line">
                  <dt>
                    {key.split(" ").map((one) => (
                      <kbd key={one}>{one}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p class="soft">
          In the composer: Enter sends, Shift + Enter breaks the line, / brings canned replies, @ mentions a colleague
          in a note.
        </p>
      </div>
    </Dialog>
  );
}
