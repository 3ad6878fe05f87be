import { Alert, Button, PasswordInput, TextInput, UnstyledButton } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useSay, useWorkspace } from "../app/context";
import type { SignInOutcome } from "../desk/session";
import type { SignedOperator } from "../protocol/rest";
import classes from "./SignIn.module.css";

type Problem = Exclude<SignInOutcome, "done"> | "incomplete";

/** Login and password. again: who was signed in before; his login stands there already. */
export function SignInForm({ again }: { again: SignedOperator | null }) {
  const say = useSay();
  const w = useWorkspace();
  const [who, setWho] = useState(again);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const login = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const caps = useCapsLock();

  useEffect(() => {
    (who === null ? login : password).current?.focus();
  }, [who]);

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const name = who?.id ?? login.current?.value.trim() ?? "";
    const secret = password.current?.value ?? "";
    if (name === "" || secret === "") {
      setProblem("incomplete");
      (name === "" ? login : password).current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    const outcome = await w.signIn(name, secret);
    setBusy(false);
    if (outcome === "done") return;
    setProblem(outcome);
    password.current?.select();
  };

  return (
    <form
      className={classes.form}
      onSubmit={(e) => void submit(e)}
      noValidate
      onKeyDown={caps.look}
      onKeyUp={caps.look}
    >
      {problem !== null && (
        <Alert color="red" variant="light" p="xs" role="alert">
          {say(`session.${problem}`)}
        </Alert>
      )}
      <TextInput
        key={who?.id}
        ref={login}
        label={say("session.login")}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={who?.id ?? ""}
        readOnly={who !== null}
      />
      <PasswordInput
        ref={password}
        label={say("session.password")}
        name="password"
        data-autofocus={who !== null || undefined} // over a page the dialog puts the focus itself
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": say("session.reveal"), tabIndex: 0 }}
        inputContainer={(input) => (
          <>
            {input}
            <p role="status" className={classes.caps}>
              {caps.on && say("session.capsLock")}
            </p>
          </>
        )}
      />
      <Button type="submit" loading={busy} fullWidth>
        {say("session.signIn")}
      </Button>
      {who !== null && (
        <UnstyledButton className={classes.other} onClick={() => setWho(null)}>
          {say("session.other")}
        </UnstyledButton>
      )}
    </form>
  );
}

/** Whether Caps Lock is on, as far as the keys pressed here tell. */
function useCapsLock() {
  const [on, set] = useState(false);
  return { on, look: (e: KeyboardEvent) => set(e.getModifierState("CapsLock")) };
}
