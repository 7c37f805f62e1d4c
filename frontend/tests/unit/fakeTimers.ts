// Time and chance that a test decides.

import type { Timers } from "../../src/api/timers";

/** A loop that goes round for ever must fail its test, not hang it. */
const MOST_RUNS = 10_000;

export type FakeTimers = Timers & {
  /** Runs what is due within the next milliseconds, in order, and lets promises settle. */
  pass(ms: number): Promise<void>;
  /** What is scheduled, as milliseconds from now. */
  due(): number[];
  chance: number;
};

export function fakeTimers(startMs = 1_000_000): FakeTimers {
  let nowMs = startMs;
  let waiting: { atMs: number; run: () => void }[] = [];
  const settled = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    chance: 0.5,
    now: () => nowMs,
    random() {
      return this.chance;
    },
    after(ms, run) {
      const entry = { atMs: nowMs + ms, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    due: () => waiting.map(({ atMs }) => atMs - nowMs).sort((a, b) => a - b),
    async pass(ms) {
      const untilMs = nowMs + ms;
      await settled();
      for (let runs = 0; ; runs += 1) {
        if (runs > MOST_RUNS) throw new Error("something schedules itself for ever");
        const next = waiting
          .filter(({ atMs }) => atMs <= untilMs)
          .sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        waiting = waiting.filter((other) => other !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await settled();
      }
      nowMs = untilMs;
    },
  };
}
