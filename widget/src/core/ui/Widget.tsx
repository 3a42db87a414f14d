import { useLayoutEffect, useRef } from "preact/hooks";
import { brandOf } from "../brand";
import { useView } from "../view";
import { Launcher } from "./Launcher";
import { Panel } from "./Panel";

/** Button and panel, in the page's corner and the site's colours. */
export function Widget() {
  const view = useView();
  const root = useRef<HTMLDivElement>(null);
  const { position, primaryColor, secondaryColor, disabled } = view.options.value;
  useLayoutEffect(() => {
    const style = root.current?.style;
    if (!style) return;
    const brand = brandOf(primaryColor, secondaryColor);
    for (const [name, value] of Object.entries(brand)) style.setProperty(name, value);
    return () => Object.keys(brand).forEach((name) => style.removeProperty(name));
  }, [primaryColor, secondaryColor]);
  const isShown = !view.isHidden.value;
  return (
    <div ref={root} class={`widget ${position}`} dir={view.texts.direction.value} lang={view.texts.locale.value}>
      {isShown && view.isOpen.value && <Panel />}
      {isShown && <Launcher disabled={disabled} />}
    </div>
  );
}
