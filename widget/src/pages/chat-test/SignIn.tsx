import { useSignal } from "@preact/signals";
import { wordsOf } from "../shared/rest";
import { beVisitor, signIn } from "./state";

const DEMO = ["alice", "bob", "charlie", "user1", "itagent", "hragent", "admin"];

/** Who talks: a demo person, or a visitor without an account. */
export function SignIn() {
  const problem = useSignal("");
  const busy = useSignal(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    problem.value = "";
    try {
      await signIn(String(given.get("username")).trim(), String(given.get("password")));
    } catch (error) {
      problem.value = wordsOf(error);
    } finally {
      busy.value = false;
    }
  };

  return (
    <section class="card panel" aria-labelledby="sign-in">
      <h2 id="sign-in">Who is chatting?</h2>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <label class="field">
          <span>User name</span>
          <input
            name="username"
            defaultValue="alice"
            list="demo-people"
            autoComplete="username"
            required
            spellcheck={false}
            autoCapitalize="none"
          />
        </label>
        <datalist id="demo-people">
          {DEMO.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <label class="field">
          <span>Password</span>
          <input name="password" type="password" autoComplete="current-password" required aria-describedby="hint" />
        </label>
        <p class="soft" id="hint">
          The demo people share one password. The server prints it when it starts, and keeps it in{" "}
          <code>data/demo-password</code>.
        </p>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <button type="submit" class="primary" disabled={busy.value}>
          {busy.value ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <p class="or" aria-hidden="true">
        or
      </p>
      <button type="button" onClick={beVisitor}>
        Continue as a visitor
      </button>
      <p class="soft">Visitors need no account: the widget gets itself a session for this browser.</p>
    </section>
  );
}
