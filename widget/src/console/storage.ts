/** What the console keeps in this browser, for all its tabs. */
import { openStore } from "../client/store";

export const store = openStore("switchboard.console.");
