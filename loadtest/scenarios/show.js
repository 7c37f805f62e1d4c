// The shows: in each session somebody runs what is on, for as long as the audience stays.

import exec from "k6/execution";
import { between, pause } from "../lib/pacing.js";
import { play } from "../lib/show.js";

/** Virtual users for it; each runs many shows. */
const MOST = 10;
/** So long before everybody stops the last show ends. */
export const LEAD_OUT_S = 1;

/** @param {import("../lib/timeline.js").Timeline} plan */
export function showScenario({ sessions, seconds }) {
  return {
    exec: "show",
    executor: "per-vu-iterations",
    vus: Math.min(MOST, sessions),
    iterations: 1,
    maxDuration: `${seconds + 60}s`,
    gracefulStop: "0s",
  };
}

/**
 * @param {import("../lib/timeline.js").Timeline} plan
 * @param {{sessions: string[], startMs: number}} stage
 * @param {{acts: {title: string, turns: number}[], turnMs: number, beginMs: number}} what
 */
export async function show(plan, { sessions, startMs }, { acts, turnMs, beginMs }) {
  const share = Math.min(MOST, sessions.length);
  const mine = sessions.filter((_, n) => n % share === exec.scenario.iterationInTest);
  const untilMs = startMs + (plan.seconds - LEAD_OUT_S) * 1000;
  await Promise.all(
    mine.map(async (session) => {
      // Events do not turn their pages at the same instant.
      await pause(beginMs - Date.now() + (sessions.length > 1 ? between(0, turnMs) : 0));
      await play(session, { acts, turnMs, untilMs });
    }),
  );
}
