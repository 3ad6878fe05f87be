import { useMediaQuery } from "@mantine/hooks";
import { narrow } from "../desk/details";
import { useLocal, useSettings } from "./context";

/** Whether the pane with the contact is shown. */
export function useDetails(): boolean {
  const over = useMediaQuery(narrow, undefined, { getInitialValueInEffect: false });
  const overlay = useLocal((l) => l.overlay);
  const setting = useSettings((s) => s.details);
  return over ? overlay : setting;
}
