import type { ComponentType } from "preact";

/** Stands in the header. */
export const NotificationBell: ComponentType = () => null;
