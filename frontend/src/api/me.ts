// What a participant knows of themselves, fetched again when the frame says that it moved.

import type { Outcome } from "./client";
import { afterFailure } from "./schedule";
import type { MeResource } from "./schema";
import type { Timers } from "./timers";

export type Me = {
  /** The newest `me_version` that a frame named, and the pace at which everybody asks. */
  moved(meVersion: number, pollAfterMs: number): void;
  /** Asks at once, whatever the version. */
  refresh(): void;
  stop(): void;
};

export function createMe(
  ask: () => Promise<Outcome<MeResource, { status: number }>>,
  changed: (me: MeResource) => void,
  timers: Timers,
): Me {
  let wanted = Number.NEGATIVE_INFINITY;
  let held = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let isAsking = false;
  /** Once more, while it was being asked: the answer may be from before. */
  let isAskedAgain = false;
  let isStopped = false;
  let callOff: (() => void) | null = null;

  function soon(inMs: number): void {
    callOff?.();
    callOff = timers.after(inMs, fetchNow);
  }

  async function fetchNow(): Promise<void> {
    callOff = null;
    isAskedAgain = isAsking;
    if (isAsking) return;
    isAsking = true;
    const before = wanted;
    const asked = await ask();
    isAsking = false;
    if (isStopped) return;
    if (asked.ok) {
      failures = 0;
      // Also where the answer lags behind the frame, so that this can't go round for ever.
      held = Math.max(before, asked.data.me_version);
      changed(asked.data);
      if ((wanted > held || isAskedAgain) && callOff === null) soon(0);
    } else if (asked.problem.status === 0 || asked.problem.status >= 429) {
      failures += 1;
      soon(afterFailure(failures, asked.retryAfterMs, timers.random()));
    }
  }

  return {
    moved(meVersion, pollAfterMs) {
      const isFirst = held === Number.NEGATIVE_INFINITY;
      wanted = Math.max(wanted, meVersion);
      if (wanted <= held || callOff !== null || isAsking) return;
      // Everybody's moves at once; a room must not ask at once.
      soon(isFirst ? 0 : timers.random() * pollAfterMs);
    },
    refresh: () => soon(0),
    stop() {
      isStopped = true;
      callOff?.();
    },
  };
}
