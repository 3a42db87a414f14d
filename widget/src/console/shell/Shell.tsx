import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { HelpDialog } from "../keys/HelpDialog";
import logo from "../favicon.svg";
import { Link, go, openConversation, route } from "../router";
import { me, signOut } from "../session";
import { forgetDrafts } from "../thread/drafts";
import { outbox } from "../thread/outbox";
import { Avatar, IconButton, Menu, Toasts } from "../ui";
import { AutoIcon, HelpIcon, InboxIcon, MenuIcon, MoonIcon, SignOutIcon, SunIcon } from "../ui/icons";
import { ConnectionStatus } from "./ConnectionStatus";
import { showHelp } from "./help";
import { bell, loadPages, pages } from "./pages";
import { chooseTheme, theme } from "./theme";
import { toast } from "../ui";

/** Rail, header, and the page in between. */
export function Shell({ title, children }: { title: string; children: ComponentChildren }) {
  useEffect(() => {
    loadPages().catch(() => toast("A part of the console could not be loaded. Reload the page.", "error"));
  }, []);
  useEffect(() => {
    document.title = `${title} · Switchboard`;
  }, [title]);
  const Bell = bell.value;
  return (
    <div class={`shell ${openConversation() ? "has-open" : ""}`}>
      <a class="shell-skip" href="#page">
        Skip to the page
      </a>
      <Rail />
      <header class="shell-head">
        <PhoneNav />
        <h1>{title}</h1>
        <ConnectionStatus />
        <IconButton label="Keyboard shortcuts" onClick={() => showHelp(true)}>
          <HelpIcon />
        </IconButton>
        {Bell && <Bell />}
        <Account />
      </header>
      <main class="shell-page" id="page" tabIndex={-1}>
        {children}
      </main>
      <HelpDialog />
      <Toasts />
    </div>
  );
}

const isInbox = () => route.value.path === "" || openConversation() !== null;

function Rail() {
  return (
    <nav class="rail" aria-label="Console">
      <img class="rail-logo" src={logo} alt="Switchboard" />
      <Link
        to=""
        class="rail-link"
        title="Conversations"
        aria-label="Conversations"
        aria-current={isInbox() ? "page" : undefined}
      >
        <InboxIcon />
      </Link>
      {pages.value?.map(({ path, title, icon: Icon }) => (
        <Link
          key={path}
          to={path}
          class="rail-link"
          title={title}
          aria-label={title}
          aria-current={route.value.path.split("/")[0] === path ? "page" : undefined}
        >
          <Icon />
        </Link>
      ))}
    </nav>
  );
}

function PhoneNav() {
  const items = [
    { label: "Conversations", icon: <InboxIcon size={18} />, checked: isInbox(), onSelect: () => go("") },
    ...(pages.value ?? []).map(({ path, title, icon: Icon }) => ({
      label: title,
      icon: <Icon />,
      checked: route.value.path.split("/")[0] === path,
      onSelect: () => go(path),
    })),
  ];
  return (
    <span class="shell-nav-button">
      <Menu
        label="Pages"
        items={items}
        trigger={(button) => (
          <IconButton label="Pages" {...button}>
            <MenuIcon />
          </IconButton>
        )}
      />
    </span>
  );
}

function leave(): void {
  // who uses this browser next must not read what was begun or not sent
  forgetDrafts();
  outbox.peek().clear();
  void signOut();
}

function Account() {
  const person = me.value;
  if (!person) return null;
  const themes = [
    {
      label: "Light",
      icon: <SunIcon size={18} />,
      checked: theme.value === "light",
      onSelect: () => chooseTheme("light"),
    },
    {
      label: "Dark",
      icon: <MoonIcon size={18} />,
      checked: theme.value === "dark",
      onSelect: () => chooseTheme("dark"),
    },
    {
      label: "As the system",
      icon: <AutoIcon size={18} />,
      checked: theme.value === "auto",
      onSelect: () => chooseTheme("auto"),
    },
  ];
  return (
    <Menu
      label="Account"
      align="end"
      items={[
        ...themes,
        { label: "Sign out", icon: <SignOutIcon size={18} />, hint: person.username, onSelect: leave },
      ]}
      trigger={({ buttonRef, ...button }) => (
        <button type="button" class="account-button" ref={buttonRef} {...button}>
          <Avatar name={person.name} size={30} />
          <span class="sr-only">Account of </span>
          <span class="account-name">{person.name}</span>
        </button>
      )}
    />
  );
}
