import { effect } from "@preact/signals";
import { render } from "preact";
import { followTheme } from "../../kit/theme";
import { App } from "./App";
import { watchSockets } from "./sockets";
import { keepFresh, theme } from "./state";
import { follow, listen } from "./widget";

// before the widget looks it up
watchSockets();
listen();
effect(() => followTheme(document.documentElement, theme.value));
effect(follow);
effect(keepFresh);
const place = document.getElementById("app");
if (place) render(<App />, place);
