import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { brandOf } from "../brand";
import { useView } from "../view";
import { Launcher } from "./Launcher";
import { lazy } from "./lazy";

const Panel = lazy(() => import("./Panel").then((module) => module.Panel));

/** Button and panel, in the page's corner and the site's colours. */
export function Widget() {
  const view = useView();
  const root = useRef<HTMLDivElement>(null);
  const { position, primaryColor, secondaryColor, disabled } = view.options.value;
  // the panel is there before anybody asks for it
  useEffect(() => void Panel.preload(), []);
  useLayoutEffect(() => {
    const style = root.current?.style;
    if (!style) return;
    const brand = brandOf(primaryColor, secondaryColor);
    for (const [name, value] of Object.entries(brand)) style.setProperty(name, value);
    return () => Object.keys(brand).forEach((name) => style.removeProperty(name));
  }, [primaryColor, secondaryColor]);
  const isShown = !view.isHidden.value;
  const escaped = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    view.close();
  };
  return (
    <div ref={root} class={`widget ${position}`} dir={view.texts.direction.value} lang={view.texts.locale.value}>
      {isShown && view.isOpen.value && (
        <div class="panel" role="dialog" aria-label={view.partner.value.name} onKeyDown={escaped}>
          <Panel />
        </div>
      )}
      {isShown && <Launcher disabled={disabled} />}
    </div>
  );
}
