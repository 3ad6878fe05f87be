import { useOwnNow, useSay, useWorkspace } from "../app/context";
import { age } from "../words/spell";

/** How old the last word of the server is; drawn again each second, so it stands alone. */
export function Heard() {
  const say = useSay();
  const { connection } = useWorkspace();
  const now = useOwnNow(1000);
  if (connection.heardAt === 0) return null;
  return <span>{say("header.heard", { age: age(say, now - connection.heardAt) })}</span>;
}
