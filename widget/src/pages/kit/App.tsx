import type { ComponentType } from "preact";
import { ConsoleComposer, ConsoleLog, ConsoleNotices } from "./ConsolePieces";
import { Avatars, Colours, Icons, ReceiptsAndSizes, TimesPiece } from "./KitPieces";
import { WidgetNotices, WidgetPanel } from "./WidgetPieces";

interface Piece {
  title: string;
  /** What it is for, and where it is. */
  about: string;
  from: string;
  Shown: ComponentType;
}

const PIECES: Piece[] = [
  { title: "Colours", about: "Grounds with what is written on them.", from: "kit/tokens.css", Shown: Colours },
  { title: "Icons", about: "In the colour of the text around them.", from: "kit/icons.tsx", Shown: Icons },
  {
    title: "Avatars",
    about: "The widget's, and the console's with who is online. A name has the same colour every time.",
    from: "kit/Avatar.tsx, kit/names.ts",
    Shown: Avatars,
  },
  { title: "Times", about: "By the viewer's clock and calendar.", from: "kit/time.ts, kit/ago.ts", Shown: TimesPiece },
  {
    title: "Receipts and sizes",
    about: "How far a message of ours has got; how large a file is, exactly and in short.",
    from: "kit/receipt.ts, kit/size.ts",
    Shown: ReceiptsAndSizes,
  },
  {
    title: "Timeline, messages and composer of the widget",
    about: "Rows from the kit in the kit's virtual list. Nothing goes to a server.",
    from: "kit/rows.ts, kit/VirtualList.tsx, core/ui/Panel.tsx",
    Shown: WidgetPanel,
  },
  {
    title: "Notices of the widget",
    about: "What it says of itself.",
    from: "core/ui/StatusLine.tsx",
    Shown: WidgetNotices,
  },
  {
    title: "Timeline, messages and notes of the console",
    about: "The same messages as an agent sees them, with a private note between.",
    from: "kit/rows.ts, console/thread",
    Shown: ConsoleLog,
  },
  {
    title: "Composer of the console",
    about: "For replies and private notes, under a reply that the assistant proposes.",
    from: "console/thread/Composer.tsx",
    Shown: ConsoleComposer,
  },
  {
    title: "Notices of the console",
    about: "An error, nothing, not yet; and the buttons.",
    from: "console/ui",
    Shown: ConsoleNotices,
  },
];

/** All pieces, one under the other, each in light and in dark. */
export function App() {
  return (
    <>
      <header class="bar">
        <h1>Kit</h1>
      </header>
      <main class="kit">
        {PIECES.map(({ title, about, from, Shown }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <p>
              {about} <code>{from}</code>
            </p>
            <Shown />
          </section>
        ))}
      </main>
    </>
  );
}
