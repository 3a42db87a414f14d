import { render } from "preact";
import { followTheme } from "../../kit/theme";
import { App } from "./App";

followTheme(document.documentElement, "auto");
const place = document.getElementById("app");
if (place) render(<App />, place);
