/** Line icons on a grid of 24, in the colour of the text around them. */
const PATHS = {
  chat: "M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12Z M9 11h8 M9 14.5h5",
  close: "M6 6l12 12 M18 6 6 18",
  down: "M6 9.5l6 6 6-6",
  send: "M4.5 12 20 4.5 15.5 20l-3.7-6.3Z M11.8 13.7 20 4.5",
  attach: "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17a1.7 1.7 0 0 1-2.4-2.4l7.4-7.4",
  smile: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z M8.5 14.5c.8 1.2 2 1.9 3.5 1.9s2.7-.7 3.5-1.9 M9 9.5v.6 M15 9.5v.6",
  search: "M17.5 11a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z M16 16l4.5 4.5",
  more: "M5.5 12h.01 M12 12h.01 M18.5 12h.01",
  person: "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z M4.5 20.5a7.5 7.5 0 0 1 15 0",
  bot:
    "M5 9.5A2.5 2.5 0 0 1 7.5 7h9A2.5 2.5 0 0 1 19 9.5v6a2.5 2.5 0 0 1-2.5 2.5h-9A2.5 2.5 0 0 1 5 15.5Z " +
    "M12 7V4 M9.5 11.5v1.5 M14.5 11.5v1.5 M2.5 11.5v3 M21.5 11.5v3",
  reply: "M9.5 6 4 11.5l5.5 5.5 M4 11.5h9.5a6.5 6.5 0 0 1 6.5 6.5",
  edit: "M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16Z M13.5 6.5l4 4",
  trash: "M4.5 7h15 M9.5 7V4.5h5V7 M6.5 7l.8 12.5h9.4L17.5 7 M10.2 11v5 M13.8 11v5",
  copy: "M9 9h10.5v11.5H9Z M15 9V4H4.5v11.5H9",
  file: "M13.5 3.5H6.5v17h11V7.5Z M13.5 3.5v4h4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.5 7 17l8.5-9.5 M11 16l1 1 9.5-9.5",
  clock: "M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0Z M12 7.5V12l3 2",
  warn: "M12 4 2.8 19.5h18.4Z M12 10v4.5 M12 17h.01",
  back: "M14.5 5.5 8 12l6.5 6.5",
  external: "M13.5 4.5h6v6 M19.5 4.5 11 13 M17 14v5.5H4.5V7H10",
  thumbUp:
    "M7.5 20V10.5l4-7a2.3 2.3 0 0 1 2.3 2.8L13 10h5.5a1.8 1.8 0 0 1 1.7 2.3l-1.9 6.3A2 2 0 0 1 16.4 20Z " +
    "M7.5 10.5h-4V20h4",
  thumbDown:
    "M7.5 4v9.5l4 7a2.3 2.3 0 0 0 2.3-2.8L13 14h5.5a1.8 1.8 0 0 0 1.7-2.3l-1.9-6.3A2 2 0 0 0 16.4 4Z " +
    "M7.5 13.5h-4V4h4",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** The names of all icons. */
export const ICON_NAMES = Object.keys(PATHS) as IconName[];

/** An icon, hidden from screen readers: the button that it is in has the label. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
