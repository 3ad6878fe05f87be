import type { Page } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * How much processor time each task of a page's main thread takes while something is done, in milliseconds. It is what the
 * page itself is answerable for: unlike a key's wait it does not grow when the processors are somebody else's.
 */
export async function tasksWhile(page: Page, what: () => Promise<unknown>): Promise<number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser that can be traced");
  await browser.startTracing(page, { categories: ["toplevel"] });
  await what();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mains = new Map<number, number>();
  for (const e of traceEvents) {
    if (e.ph === "M" && e.name === "thread_name" && e.args?.name === "CrRendererMain") mains.set(e.pid, e.tid);
  }
  const byPage = [...mains].map(([pid, tid]) =>
    traceEvents
      .filter((e) => e.pid === pid && e.tid === tid && e.ph === "X" && e.name === "ThreadControllerImpl::RunTask")
      .map((e) => (e.tdur ?? 0) / 1_000),
  );
  const sum = (tasks: number[]) => tasks.reduce((a, b) => a + b, 0);
  return byPage.reduce((most, tasks) => (sum(tasks) > sum(most) ? tasks : most), []); // a spare renderer does nothing
}
