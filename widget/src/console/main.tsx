/** The agent console. */
import { render } from "preact";
import "../kit/tokens.css";
import "./shell/shell.css";
import "./ui/ui.css";
import "./ui/overlays.css";
import "./shell/theme";
import { App } from "./App";

const place = document.getElementById("app");
if (place) render(<App />, place);
