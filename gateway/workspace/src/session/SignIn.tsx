import { Modal, Title } from "@mantine/core";
import { useEffect } from "react";
import { useStore } from "zustand";
import { useSay, useWorkspace } from "../app/context";
import { useFocusBack } from "../app/useFocusBack";
import { LanguageChoice } from "../header/LanguageChoice";
import type { SignedOperator } from "../protocol/rest";
import { Connecting } from "./Connecting";
import classes from "./SignIn.module.css";
import { SignInForm } from "./SignInForm";

/** The sign-in: a page of its own, or over the page of somebody whose session has ended. */
export function SignIn({ again }: { again: SignedOperator | null }) {
  const unknown = useStore(useWorkspace().sessions.store, (s) => s.is === "unknown");
  useOtherTabs();
  if (unknown) return <Connecting />;
  return again === null ? <Page /> : <Over again={again} />;
}

function Page() {
  const say = useSay();
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Title order={1} size="h3">
          {say("session.title")}
        </Title>
        <SignInForm again={null} />
      </div>
      <LanguageChoice label={say("session.language")} />
    </main>
  );
}

function Over({ again }: { again: SignedOperator }) {
  const say = useSay();
  useFocusBack();
  return (
    <Modal
      opened
      onClose={() => {}}
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
      classNames={{ title: classes.title ?? "" }}
      centered
      size="sm"
      zIndex={1000}
      title={say("session.endedTitle")}
      overlayProps={{ backgroundOpacity: 0.6 }}
    >
      <p className={classes.ended}>{say("session.ended")}</p>
      <SignInForm again={again} />
    </Modal>
  );
}

/** Whoever signs in in another tab need not do it here again. */
function useOtherTabs(): void {
  const w = useWorkspace();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== "visible" || w.sessions.store.getState().is !== "out") return;
      w.sessions.ask().then(
        (operator) => operator !== null && void w.begin(),
        () => {}, // nobody answers: the sign-in itself will say so
      );
    };
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
    };
  }, [w]);
}
