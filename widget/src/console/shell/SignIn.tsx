import { useEffect, useRef, useState } from "preact/hooks";
import { ending, signIn } from "../session";
import { describe } from "../../client/problem";
import logo from "../favicon.svg";
import { Button, Field } from "../ui";

export function SignIn() {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError(null);
    try {
      await signIn(String(data.get("username")).trim(), String(data.get("password")));
    } catch (problem) {
      setError(describe(problem));
      setBusy(false);
    }
  };
  return (
    <main class="signin">
      <div class="signin-card">
        <img class="signin-logo" src={logo} alt="" />
        <h1>Sign in to the console</h1>
        <p>{ending.value ?? "For agents and administrators of this help desk."}</p>
        <form onSubmit={submit}>
          <Field
            label="Username or e-mail"
            name="username"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            inputRef={first}
          />
          <div class="signin-password">
            <Field
              label="Password"
              name="password"
              type={shown ? "text" : "password"}
              autocomplete="current-password"
              required
            />
            <Button
              class="signin-reveal"
              size="sm"
              variant="quiet"
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            >
              {shown ? "Hide" : "Show"}
            </Button>
          </div>
          {error && (
            <p class="field-error" role="alert">
              {error}
            </p>
          )}
          <Button type="submit" variant="primary" busy={busy}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}
