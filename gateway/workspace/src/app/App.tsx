import { MantineProvider } from "@mantine/core";
import { useStore } from "zustand";
import type { Workspace } from "../desk/workspace";
import { SignIn } from "../session/SignIn";
import { useSettings, useWorkspace, WordsProvider, WorkspaceProvider } from "./context";
import { Shell } from "./Shell";
import { theme } from "./theme";

/** The whole page: who is signed in sees the workspace, others the sign-in. */
export function App({ workspace, nonce }: { workspace: Workspace; nonce: string }) {
  return (
    <WorkspaceProvider workspace={workspace}>
      <Themed nonce={nonce}>
        <WordsProvider>
          <Page />
        </WordsProvider>
      </Themed>
    </WorkspaceProvider>
  );
}

function Themed({ nonce, children }: { nonce: string; children: React.ReactNode }) {
  const scheme = useSettings((s) => s.scheme);
  return (
    <MantineProvider
      theme={theme}
      getStyleNonce={() => nonce}
      defaultColorScheme="auto"
      {...(scheme === "auto" ? {} : { forceColorScheme: scheme })}
    >
      {children}
    </MantineProvider>
  );
}

/** A session that ends under the page leaves the page where it is: signing in again goes on where it stopped. */
function Page() {
  const session = useStore(useWorkspace().sessions.store);
  if (session.is === "in") return <Shell />;
  if (session.is === "out" && session.was !== null) {
    return (
      <>
        <Shell />
        <SignIn again={session.was} />
      </>
    );
  }
  return <SignIn again={null} />;
}
