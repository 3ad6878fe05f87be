import { useCallback, useEffect, useRef, useState } from "react";
import { noPages, type Pages } from "./pages";

export type Reading = "reading" | "here" | "failed";

/**
 * Reads something page by page: the first page at once, others when they are asked for. What is read belongs to one
 * subject: whoever uses it is keyed by that, and begins anew for another.
 */
export function usePages<T>(read: (before: Pages<T>, signal: AbortSignal) => Promise<Pages<T>>) {
  const [pages, setPages] = useState<Pages<T> | null>(null);
  const [state, setState] = useState<Reading>("reading");
  const reader = useRef(read);
  const soFar = useRef<Pages<T>>(noPages);
  const running = useRef<AbortController | null>(null);

  const more = useCallback(async () => {
    if (running.current !== null) return;
    const stop = new AbortController();
    running.current = stop;
    setState("reading");
    try {
      const now = await reader.current(soFar.current, stop.signal);
      if (stop.signal.aborted) return;
      soFar.current = now;
      setPages(now);
      setState("here");
    } catch {
      if (!stop.signal.aborted) setState("failed");
    } finally {
      if (running.current === stop) running.current = null;
    }
  }, []);

  useEffect(() => {
    void more();
    return () => {
      running.current?.abort();
      running.current = null;
    };
  }, [more]);

  return { pages, state, more: () => void more() };
}
