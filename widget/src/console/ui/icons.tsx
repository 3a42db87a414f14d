/**
 * Line icons, 24 × 24, in the colour of the text around them. Decoration: what they stand beside says what is meant.
 */
import type { ComponentChildren } from "preact";

interface IconProps {
  size?: number;
}

const icon = (drawing: ComponentChildren, filled = false) =>
  function Icon({ size = 20 }: IconProps) {
    return (
      <svg
        class="icon"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill={filled ? "currentColor" : "none"}
        stroke={filled ? "none" : "currentColor"}
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {drawing}
      </svg>
    );
  };

const path = (d: string) => <path d={d} />;

export const InboxIcon = icon(
  <>
    {path("M4 13l2.600-7.200A2 2 0 0 1 8.500 4.500h7a2 2 0 0 1 1.900 1.300L20 13v4.500a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z")}
    {path("M4 13h4.500l1.500 2.500h4l1.500-2.500H20")}
  </>,
);
export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6.500" />
    {path("M20 20l-4.300-4.300")}
  </>,
);
export const FilterIcon = icon(path("M4 6h16M7 12h10M10 18h4"));
export const SendIcon = icon(path("M5 12h14M13 6l6 6-6 6"));
export const CloseIcon = icon(path("M6 6l12 12M18 6L6 18"));
export const CheckIcon = icon(path("M5 12.500l4.500 4.500L19 7.500"));
export const CheckAllIcon = icon(path("M2.500 12.500L7 17l8.500-9.500M11.500 15.500L13 17l8.500-9.500"));
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    {path("M12 7.500V12l3 2")}
  </>,
);
export const MoonIcon = icon(path("M20 14.500A8 8 0 1 1 9.500 4a6.500 6.500 0 0 0 10.500 10.500z"));
export const UserIcon = icon(
  <>
    <circle cx="12" cy="8" r="3.700" />
    {path("M5 20c.6-3.600 3.400-5.500 7-5.500s6.400 1.900 7 5.500")}
  </>,
);
export const UsersIcon = icon(
  <>
    <circle cx="9" cy="8.500" r="3.300" />
    {path(
      "M3 19.500c.5-3.200 2.900-5 6-5s5.500 1.800 6 5M15.500 5.600a3.300 3.300 0 0 1 0 5.800" +
        "M17.500 14.800c2 .7 3.200 2.300 3.500 4.700",
    )}
  </>,
);
export const BotIcon = icon(
  <>
    <rect x="4.500" y="8" width="15" height="11" rx="3" />
    {path("M12 8V4.500M9 13v1.500M15 13v1.500M2.500 12.500v3M21.500 12.500v3")}
  </>,
);
export const TagIcon = icon(
  <>
    {path(
      "M4 5.500A1.500 1.500 0 0 1 5.500 4h6l8.100 8.100a1.500 1.500 0 0 1 0 2.100l-5.400 5.400" +
        "a1.500 1.500 0 0 1-2.100 0L4 11.500z",
    )}
    <circle cx="8.300" cy="8.300" r="1" />
  </>,
);
export const FlagIcon = icon(path("M6 21V4.500c4-2.500 7 2 12 0v9c-5 2-8-2.500-12 0"));
export const MoreIcon = icon(
  <>
    <circle cx="5" cy="12" r="1.700" />
    <circle cx="12" cy="12" r="1.700" />
    <circle cx="19" cy="12" r="1.700" />
  </>,
  true,
);
export const BackIcon = icon(path("M14.500 6L8.500 12l6 6"));
export const PanelIcon = icon(
  <>
    <rect x="3.500" y="5" width="17" height="14" rx="2.500" />
    {path("M14.500 5v14")}
  </>,
);
export const AttachIcon = icon(
  path(
    "M19.500 11.500l-7.600 7.600a4.600 4.600 0 0 1-6.500-6.500l7.900-7.900a3.100 3.100 0 0 1 4.400 4.400" +
      "l-7.900 7.900a1.500 1.500 0 0 1-2.200-2.200l7-7",
  ),
);
export const ReplyIcon = icon(path("M9.500 6.500L4 12l5.500 5.500M4.500 12H14a6 6 0 0 1 6 6v.5"));
export const EditIcon = icon(
  path("M4.500 19.500l1-4.200L16 4.800a1.800 1.800 0 0 1 2.500 0l.7.7a1.800 1.800 0 0 1 0 2.500L8.700 18.500z"),
);
export const TrashIcon = icon(
  path(
    "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 11.600a1.500 1.500 0 0 0 1.500 1.400h6.400" +
      "a1.500 1.500 0 0 0 1.500-1.400L17.500 7M10 11v5.500M14 11v5.500",
  ),
);
export const SmileIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    {path("M8.500 14c.8 1.400 2 2 3.500 2s2.700-.6 3.500-2M9.200 9.500v.5M14.800 9.500v.5")}
  </>,
);
export const NoteIcon = icon(
  <>
    {path(
      "M5 5.500A1.500 1.500 0 0 1 6.500 4h11A1.500 1.500 0 0 1 19 5.500V14l-5.500 6h-7A1.500 1.500 0 0 1 5 18.500z",
    )}
    {path("M13.500 20v-4.500A1.500 1.500 0 0 1 15 14h4M8.500 8.500h7M8.500 12h4")}
  </>,
);
export const SparkIcon = icon(
  path("M12 4l1.800 5.200L19 11l-5.200 1.800L12 18l-1.800-5.200L5 11l5.200-1.800zM19 16.500v3.500M17.200 18.200h3.600"),
);
export const BoltIcon = icon(path("M13 3.500L5.500 13.500H11l-1 7 8-10.500h-5.500z"));
export const BellIcon = icon(
  path("M6.500 10a5.500 5.500 0 0 1 11 0c0 5 2 6.500 2 6.500h-15s2-1.500 2-6.500M10 19.500a2.200 2.200 0 0 0 4 0"),
);
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    {path(
      "M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100" +
        "M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100",
    )}
  </>,
);
export const AutoIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" stroke="none" />
  </>,
);
export const HelpIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    {path("M9.700 9.700a2.400 2.400 0 1 1 3.400 2.200c-.7.300-1.100.8-1.100 1.600M12 16.300v.1")}
  </>,
);
export const MenuIcon = icon(path("M4.500 7h15M4.500 12h15M4.500 17h15"));
export const SignOutIcon = icon(
  path(
    "M14 4.500H7A1.500 1.500 0 0 0 5.500 6v12A1.500 1.500 0 0 0 7 19.500h7M11 12h9.500M17 8.500" +
      "l3.500 3.500-3.500 3.500",
  ),
);
export const PlusIcon = icon(path("M12 5v14M5 12h14"));
export const BookIcon = icon(
  <>
    {path("M5 5.500A1.500 1.500 0 0 1 6.500 4H19v13H6.500A1.500 1.500 0 0 0 5 18.500z")}
    {path("M5 18.500A1.500 1.500 0 0 0 6.500 20H19v-3M9 8h6")}
  </>,
);
export const ChartIcon = icon(path("M5 19.500V11M12 19.500v-15M19 19.500v-6M3 19.500h18"));
export const WebhookIcon = icon(
  <>
    <circle cx="6.500" cy="16.500" r="2.500" />
    <circle cx="17.500" cy="16.500" r="2.500" />
    <circle cx="12" cy="7" r="2.500" />
    {path("M10.700 9.200l-3 5M13.300 9.200l3 5M9 16.500h6")}
  </>,
);
export const RefreshIcon = icon(path("M19.500 12a7.500 7.500 0 1 1-2.200-5.300L19.500 9M19.500 4.500V9H15"));
export const PictureIcon = icon(
  <>
    {path("M5.500 5h13A1.500 1.500 0 0 1 20 6.500v11a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 17.500v-11")}
    {path("M4 6.500A1.500 1.500 0 0 1 5.500 5M4.500 16.500l4.500-4 3.500 3 3-2.500 4 3.500")}
    <circle cx="9" cy="9.500" r="1.200" />
  </>,
);
export const FileIcon = icon(
  path(
    "M6.500 3.500H13l5 5v10.500a1.500 1.500 0 0 1-1.500 1.500h-10A1.500 1.500 0 0 1 5 19V5" +
      "a1.500 1.500 0 0 1 1.500-1.500zM13 3.500v5h5",
  ),
);
export const AlertIcon = icon(path("M12 4.500l8.500 15h-17zM12 10.500v4M12 17v.1"));
export const HandIcon = icon(
  path(
    "M8 12V6.500a1.500 1.500 0 0 1 3 0V11M11 10.500V5a1.500 1.500 0 0 1 3 0v6M14 11V6.500" +
      "a1.500 1.500 0 0 1 3 0V14c0 4-2.500 6.500-6 6.500-3 0-4.300-1.600-5.700-4.300L4 13.500" +
      "c-.5-1.200 1-2 2-1l2 2.500",
  ),
);
export const TicketIcon = icon(
  <>
    {path(
      "M4 7.500A1.500 1.500 0 0 1 5.500 6h13A1.500 1.500 0 0 1 20 7.500V10a2 2 0 0 0 0 4v2.500" +
        "a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 16.500V14a2 2 0 0 0 0-4z",
    )}
    {path("M14 6v2M14 11v2M14 16v2")}
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="8.500" y="8.500" width="11" height="11" rx="2" />
    {path("M15.500 8.500v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2")}
  </>,
);
export const DownIcon = icon(path("M12 5v14M6 13l6 6 6-6"));
