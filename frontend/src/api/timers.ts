// Time and chance, as what schedules gets them, so that tests decide both.

export type Timers = {
  /** Milliseconds since the epoch by the device's clock. */
  now(): number;
  /** Runs it once, later; the result calls it off. */
  after(ms: number, run: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
};

export const browserTimers: Timers = {
  now: () => Date.now(),
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  random: () => Math.random(),
};
