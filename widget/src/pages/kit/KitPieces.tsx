import { Avatar as ConsoleAvatar } from "../../console/ui/Avatar";
import consoleStyles from "../../console/ui/ui.css?inline";
import * as consoleTimes from "../../console/time";
import widgetAvatar from "../../core/ui/avatar.css?inline";
import { Avatar as WidgetAvatar } from "../../core/ui/Avatar";
import { ICON_NAMES, Icon } from "../../kit/icons";
import { initialsOf } from "../../kit/names";
import { tickOf } from "../../kit/receipt";
import { fileSize } from "../../kit/size";
import { Times } from "../../kit/time";
import { Both } from "./Frame";
import { MOMENTS, NAMES } from "./samples";

const PAIRS = [
  ["bg", "text"],
  ["bg-soft", "text-soft"],
  ["bg-sunken", "text"],
  ["primary", "on-primary"],
  ["primary-soft", "on-primary-soft"],
  ["ok-soft", "ok"],
  ["warn-soft", "warn"],
  ["danger-soft", "danger"],
  ["note-soft", "note"],
] as const;

/** Grounds and what is written on them. */
export function Colours() {
  return (
    <Both>
      {() => (
        <div class="pieces">
          {PAIRS.map(([ground, ink]) => (
            <span key={ground} class="swatch" style={{ background: `var(--sb-${ground})`, color: `var(--sb-${ink})` }}>
              {ground}
            </span>
          ))}
        </div>
      )}
    </Both>
  );
}

/** All icons by their names. */
export function Icons() {
  return (
    <Both>
      {() => (
        <div class="pieces">
          {ICON_NAMES.map((name) => (
            <span key={name} class="piece">
              <Icon name={name} />
              {name}
            </span>
          ))}
        </div>
      )}
    </Both>
  );
}

/** The same names as the widget's avatars, and as the console's. */
export function Avatars() {
  return (
    <>
      <Both css={[widgetAvatar]}>
        {() => (
          <div class="pieces">
            {NAMES.map((name) => (
              <span key={name} class="piece">
                <WidgetAvatar name={name} /> {name} ({initialsOf(name)})
              </span>
            ))}
            <WidgetAvatar name="Rosie" isBot size={40} />
          </div>
        )}
      </Both>
      <Both css={[consoleStyles]}>
        {() => (
          <div class="pieces">
            {NAMES.map((name, at) => (
              <ConsoleAvatar key={name} name={name} isOnline={at < 2 ? at === 0 : undefined} />
            ))}
            <ConsoleAvatar name="Assistant" isBot />
          </div>
        )}
      </Both>
    </>
  );
}

const times = new Times("en-GB");
const WORDS = { today: "Today", yesterday: "Yesterday" };

/** Moments in all the ways in which widget and console say them. */
export function TimesPiece() {
  return (
    <Both>
      {() => (
        <table>
          <thead>
            <tr>
              {["Moment", "Time", "Divider", "In lists", "Ago", "In full"].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {MOMENTS.map(({ what, at }) => (
              <tr key={what}>
                <th scope="row">{what}</th>
                <td>{times.time(at)}</td>
                <td>{times.day(at, Date.now(), WORDS)}</td>
                <td>{consoleTimes.brief(at)}</td>
                <td>{consoleTimes.ago(at)}</td>
                <td>{times.whole(at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Both>
  );
}

const RECEIPTS = ["queued", "sending", "sent", "delivered", "read"] as const;

/** How far a message has got, and how large a file is. */
export function ReceiptsAndSizes() {
  return (
    <Both>
      {() => (
        <div class="pieces">
          {RECEIPTS.map((receipt) => (
            <span key={receipt} class="piece">
              <Icon name={tickOf(receipt)} size={16} /> {receipt}
            </span>
          ))}
          {[999, 1_540, 48_213, 10_485_760].map((bytes) => (
            <span key={bytes} class="piece">
              {fileSize(bytes, "long", "en")} / {fileSize(bytes, "short", "en")}
            </span>
          ))}
        </div>
      )}
    </Both>
  );
}
