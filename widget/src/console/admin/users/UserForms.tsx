import { useId, useState } from "preact/hooks";
import { Button, Dialog, ErrorNote, Field, Select, toast } from "../../ui";
import { type Form, useForm } from "../form";
import { Copied } from "../parts";
import { DEPARTMENTS, ROLES, shownName, users } from "./api";
import type { User, UserDepartment, CreateUser as UserDraft, UserRole } from "../../../wire/schema";

interface Props {
  onSaved: () => void;
  onClose: () => void;
}

function FormDialog({
  title,
  verb,
  form,
  onClose,
  children,
}: {
  title: string;
  verb: string;
  form: Form;
  onClose: () => void;
  children: preact.ComponentChildren;
}) {
  const id = useId();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" busy={form.busy}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={id} class="admin-form" ref={form.formRef} onSubmit={form.submit} onInput={form.touched} noValidate>
        {children}
        <ErrorNote error={form.problem} />
      </form>
    </Dialog>
  );
}

/** A new account. */
export function CreateUser({ onSaved, onClose }: Props) {
  const [draft, setDraft] = useState<UserDraft>({
    username: "",
    password: "",
    role: "agent",
    email: null,
    full_name: null,
    department: null,
  });
  const form = useForm(
    ["username", "password", "role", "email", "full_name", "department"],
    () => users.add(draft),
    (made) => {
      toast(`${shownName(made)} can sign in now`);
      onSaved();
      onClose();
    },
  );
  const set = (change: Partial<UserDraft>) => setDraft({ ...draft, ...change });
  return (
    <FormDialog title="New user" verb="Create" form={form} onClose={onClose}>
      <Field
        label="Username"
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        maxLength={50}
        hint="3 to 50 characters, no spaces."
        value={draft.username}
        error={form.errors["username"]}
        onInput={(event) => set({ username: event.currentTarget.value })}
      />
      <Password
        value={draft.password}
        error={form.errors["password"]}
        onChange={(password) => set({ password })}
        onMade={form.touched}
      />
      <Field
        label="Full name"
        autocomplete="off"
        maxLength={200}
        hint="Optional; shown in place of the username."
        value={draft.full_name ?? ""}
        error={form.errors["full_name"]}
        onInput={(event) => set({ full_name: event.currentTarget.value || null })}
      />
      <Field
        label="E-mail"
        type="email"
        autocomplete="off"
        maxLength={254}
        hint="Optional."
        value={draft.email ?? ""}
        error={form.errors["email"]}
        onInput={(event) => set({ email: event.currentTarget.value || null })}
      />
      <Rank role={draft.role} department={draft.department ?? null} errors={form.errors} onChange={set} />
    </FormDialog>
  );
}

/** Name, role and department of an account; of a visitor the name alone. */
export function EditUser({ user, onSaved, onClose }: Props & { user: User }) {
  const [name, setName] = useState(user.full_name ?? "");
  const [rank, setRank] = useState<{ role: UserRole; department: UserDepartment | null }>({
    role: user.role,
    department: user.department ?? null,
  });
  const change = () => users.change(user.id, { full_name: name.trim() || null, ...(user.is_visitor ? {} : rank) });
  const form = useForm(["full_name", "role", "department"], change, (saved) => {
    toast(`${shownName(saved)} was changed`);
    onSaved();
    onClose();
  });
  return (
    <FormDialog title={`Change ${user.username}`} verb="Save" form={form} onClose={onClose}>
      <Field
        label="Full name"
        autocomplete="off"
        maxLength={200}
        value={name}
        error={form.errors["full_name"]}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      {user.is_visitor ? (
        <p class="field-hint">A visitor has no account: only the name can be changed.</p>
      ) : (
        <Rank {...rank} errors={form.errors} onChange={(change) => setRank({ ...rank, ...change })} />
      )}
    </FormDialog>
  );
}

/** Another password for somebody, who is signed out everywhere by it. */
export function SetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const form = useForm(
    ["password"],
    () => users.change(user.id, { password }),
    () => {
      toast(`${shownName(user)} has a new password`);
      onClose();
    },
  );
  return (
    <FormDialog title={`New password for ${user.username}`} verb="Set the password" form={form} onClose={onClose}>
      <p class="admin-said">
        Whoever is signed in with this account is signed out. Tell the person the password yourself: nothing is sent.
      </p>
      <Password value={password} error={form.errors["password"]} onChange={setPassword} onMade={form.touched} />
    </FormDialog>
  );
}

function Rank({
  role,
  department,
  errors,
  onChange,
}: {
  role: UserRole;
  department: UserDepartment | null;
  errors: Record<string, string>;
  onChange: (change: { role?: UserRole; department?: UserDepartment | null }) => void;
}) {
  return (
    <div class="admin-two">
      <Select
        label="Role"
        options={ROLES}
        value={role}
        error={errors["role"]}
        onChange={(value) => onChange({ role: value as UserRole, ...(value === "agent" ? {} : { department: null }) })}
      />
      <Select
        label="Department"
        options={role === "agent" ? DEPARTMENTS : [{ value: "", label: "Agents only" }]}
        disabled={role !== "agent"}
        value={department ?? ""}
        error={errors["department"]}
        onChange={(value) => onChange({ department: (value || null) as UserDepartment | null })}
      />
    </div>
  );
}

function Password({
  value,
  error,
  onChange,
  onMade,
}: {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
  onMade: () => void;
}) {
  const [made, setMade] = useState<string | null>(null);
  const make = () => {
    const next = random();
    setMade(next);
    onChange(next);
    onMade();
  };
  return (
    <div class="user-password">
      <Field
        label="Password"
        type="password"
        autocomplete="new-password"
        maxLength={128}
        hint="8 to 128 characters."
        value={value}
        error={error}
        onInput={(event) => {
          setMade(null);
          onChange(event.currentTarget.value);
        }}
      />
      {made === null ? (
        <Button size="sm" class="user-make" onClick={make}>
          Make one
        </Button>
      ) : (
        <Copied label="Password" text={made} />
      )}
    </div>
  );
}

/** 20 letters and digits that are not mistaken for one another. */
function random(): string {
  const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  let text = "";
  while (text.length < 20) {
    // bytes beyond the last whole multiple of the alphabet would make its first letters likelier
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      if (byte < 256 - (256 % letters.length) && text.length < 20) text += letters[byte % letters.length];
    }
  }
  return text;
}
