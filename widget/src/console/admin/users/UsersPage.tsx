import { useState } from "preact/hooks";
import { describe } from "../../../client/problem";
import { me } from "../../session";
import { Avatar, Badge, Button, type Column, Empty, Field, IconButton, Select, Table, toast } from "../../ui";
import { EditIcon, PlusIcon, SearchIcon, UsersIcon } from "../../ui/icons";
import { useLoaded, useSettled } from "../load";
import { Confirm, Page, Pager, Shown } from "../parts";
import { Time } from "../../ui/Time";
import { ROLES, roleName, shownName, users } from "./api";
import type { User } from "../../../wire/schema";
import { CreateUser, EditUser, SetPassword } from "./UserForms";
import "./users.css";

type Asked = { what: "create" } | { what: "edit" | "password" | "disable"; user: User };

/** Accounts and visitors. */
export function UsersPage() {
  const [search, setSearch] = useState("");
  const [role, setRole] = useState("");
  const [cursor, setCursor] = useState<string | null>(null);
  const settled = useSettled(search.trim());
  const loaded = useLoaded(() => users.list({ search: settled, role, cursor }), [settled, role, cursor]);
  const [asked, setAsked] = useState<Asked | null>(null);
  const reload = () => void loaded.reload();
  const create = (
    <Button variant="primary" icon={<PlusIcon size={18} />} onClick={() => setAsked({ what: "create" })}>
      New user
    </Button>
  );
  return (
    <Page
      intro={
        "Everybody with an account, and the visitors of your sites. " +
        "Agents and administrators can sign in to this console."
      }
      actions={create}
    >
      <div class="admin-bar">
        <Field
          class="grow"
          label="Search"
          hideLabel
          type="search"
          placeholder="Search names and e-mail addresses"
          maxLength={200}
          value={search}
          onInput={(event) => {
            setCursor(null);
            setSearch(event.currentTarget.value);
          }}
        />
        <Select
          class="fixed"
          label="Role"
          hideLabel
          options={[{ value: "", label: "All roles" }, ...ROLES]}
          value={role}
          onChange={(value) => {
            setCursor(null);
            setRole(value);
          }}
        />
      </div>
      <Shown loaded={loaded}>
        {(page) => (
          <>
            <Table
              caption="Users"
              columns={columns(setAsked, reload)}
              rows={page.results}
              rowKey={(one) => one.id}
              empty={
                <Empty icon={settled || role ? <SearchIcon /> : <UsersIcon />} title="Nobody is found">
                  Try another name, or all roles.
                </Empty>
              }
            />
            <Pager page={page} what={["user", "users"]} go={setCursor} />
          </>
        )}
      </Shown>
      {asked && <Asking asked={asked} reload={reload} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function Asking({ asked, reload, onClose }: { asked: Asked; reload: () => void; onClose: () => void }) {
  if (asked.what === "create") return <CreateUser onSaved={reload} onClose={onClose} />;
  const { user } = asked;
  if (asked.what === "edit") return <EditUser user={user} onSaved={reload} onClose={onClose} />;
  if (asked.what === "password") return <SetPassword user={user} onClose={onClose} />;
  return (
    <Confirm
      title={`Disable ${user.username}?`}
      verb="Disable"
      onClose={onClose}
      act={async () => {
        await users.change(user.id, { is_disabled: true });
        toast(`${shownName(user)} can no longer sign in`);
        reload();
      }}
    >
      <p>
        <strong>{shownName(user)}</strong> is signed out everywhere and cannot sign in until you enable the account
        again. Messages and tickets stay.
      </p>
    </Confirm>
  );
}

async function enable(user: User, reload: () => void) {
  try {
    await users.change(user.id, { is_disabled: false });
    toast(`${shownName(user)} can sign in again`);
    reload();
  } catch (error) {
    toast(describe(error), "error");
  }
}

function columns(ask: (asked: Asked) => void, reload: () => void): Column<User>[] {
  return [
    {
      title: "Person",
      cell: (one) => (
        <div class="user-person">
          <Avatar name={shownName(one)} size={34} />
          <div class="admin-cell">
            <span class="admin-strong">{shownName(one)}</span>
            <small>{one.is_visitor ? "Visitor" : [one.username, one.email].filter(Boolean).join(" · ")}</small>
          </div>
        </div>
      ),
    },
    {
      title: "Role",
      cell: (one) => (
        <Badge tone={one.role === "admin" ? "note" : one.role === "agent" ? "primary" : "plain"}>
          {one.is_visitor ? "Visitor" : roleName(one.role)}
        </Badge>
      ),
    },
    { title: "Department", cell: (one) => one.department ?? <span class="admin-soft">–</span> },
    {
      title: "State",
      cell: (one) => (one.is_disabled ? <Badge tone="danger">Disabled</Badge> : <Badge tone="ok">Enabled</Badge>),
    },
    { title: "Since", cell: (one) => <Time at={one.created_at} /> },
    {
      title: "Actions",
      hideTitle: true,
      align: "end",
      cell: (one) => <Actions user={one} ask={ask} reload={reload} />,
    },
  ];
}

function Actions({ user, ask, reload }: { user: User; ask: (asked: Asked) => void; reload: () => void }) {
  const isMe = user.id === me.value?.id;
  return (
    <div class="admin-row-actions">
      {!user.is_visitor && (
        <Button
          size="sm"
          variant="quiet"
          aria-label={`Set password for ${user.username}`}
          onClick={() => ask({ what: "password", user })}
        >
          Set password
        </Button>
      )}
      {user.is_disabled ? (
        <Button
          size="sm"
          variant="quiet"
          aria-label={`Enable ${user.username}`}
          onClick={() => void enable(user, reload)}
        >
          Enable
        </Button>
      ) : (
        <Button
          size="sm"
          variant="quiet"
          aria-label={`Disable ${user.username}`}
          disabled={isMe}
          title={isMe ? "That is you" : undefined}
          onClick={() => ask({ what: "disable", user })}
        >
          Disable
        </Button>
      )}
      <IconButton label={`Change ${user.username}`} size="sm" onClick={() => ask({ what: "edit", user })}>
        <EditIcon size={18} />
      </IconButton>
    </div>
  );
}
