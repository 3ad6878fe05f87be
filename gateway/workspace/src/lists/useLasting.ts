import { useEffect, useRef, useState } from "react";

/** A count as it is worth telling: a rise only when it has lasted so many milliseconds, a fall at once. */
export function useLasting(count: number, ms: number): number {
  const [settled, settle] = useState(0);
  const latest = useRef(count);
  latest.current = count;
  if (count < settled) settle(count);
  const rises = count > settled;
  useEffect(() => {
    if (!rises) return;
    const timer = setTimeout(() => settle(latest.current), ms);
    return () => clearTimeout(timer);
  }, [rises, ms]);
  return Math.min(count, settled);
}
