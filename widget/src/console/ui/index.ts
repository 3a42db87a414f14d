/** The console's small set of components. Their looks are in ui.css, made of the tokens of kit/tokens.css. */
export { Avatar } from "./Avatar";
export { Badge } from "./Badge";
export { Button, IconButton } from "./Button";
export { Dialog } from "./Dialog";
export { Field, Select } from "./Field";
export { Menu, type MenuItem } from "./Menu";
export { Empty, ErrorNote, Spinner } from "./states";
export { type Column, Table } from "./Table";
export { Tabs } from "./Tabs";
export { Toasts, toast } from "./toast";
