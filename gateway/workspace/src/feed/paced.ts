/** Brings a piece of work to its moment. */
export type Schedule = (run: () => void) => void;

/**
 * Keeps a distance between runs: what is asked for after a rest goes by first, what is asked for before the distance has
 * passed waits for it and goes by later. Who asks does not ask again before it has run. The distance is in milliseconds.
 */
export function paced(distance: number, later: Schedule, first: Schedule = later): Schedule {
  let last = Number.NEGATIVE_INFINITY;
  return (run) => {
    const timed = () => {
      last = performance.now();
      run();
    };
    const rest = last + distance - performance.now();
    if (rest > 0) setTimeout(() => later(timed), rest);
    else first(timed);
  };
}
