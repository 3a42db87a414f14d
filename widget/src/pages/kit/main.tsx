/** A page for who works on the front end: each piece of the kit, and what the widget and the console make of it. */
import { render } from "preact";
import { followTheme } from "../../kit/theme";
import { App } from "./App";

followTheme(document.documentElement, "auto");
const place = document.getElementById("app");
if (place) render(<App />, place);
