import { type ComponentChildren, render } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import tokens from "../../kit/tokens.css?inline";
import frame from "./frame.css?inline";

interface Props {
  /** The styles of the host whose piece it is. */
  css?: readonly string[];
  /** Up to the edge. */
  isBare?: boolean;
  children: () => ComponentChildren;
}

/** A piece in light and in dark, whatever the system has. */
export function Both(props: Props) {
  return (
    <div class="both">
      <Frame theme="light" {...props} />
      <Frame theme="dark" {...props} />
    </div>
  );
}

/** A shadow root, so that the styles of widget, console and page do not meet. */
function Frame({ theme, css = [], isBare = false, children }: Props & { theme: "light" | "dark" }) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const root = host.current?.shadowRoot ?? host.current?.attachShadow({ mode: "open" });
    if (!root) return;
    root.adoptedStyleSheets = [tokens, ...css, frame].map(sheetOf);
    render(<div class={isBare ? "ground is-bare" : "ground"}>{children()}</div>, root);
  });
  useEffect(() => {
    const root = host.current?.shadowRoot;
    return () => void (root && render(null, root));
  }, []);
  return <div ref={host} class="frame" data-theme={theme} />;
}

function sheetOf(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}
