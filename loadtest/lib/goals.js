// The thresholds of all workloads, and the options that all share.

import { BATCH_OPTIONS } from "./host.js";
import { thresholds as exact } from "./ledger.js";
import { PATIENCE } from "./settings.js";

/** Requests whose times the summary shows. */
export const NAMES = [
  "join",
  "poll",
  "poll held",
  "answer",
  "me",
  "command",
  "screen",
  "screen held",
];

/** Goals of docs/performance.md, in milliseconds at the 99th percentile. */
export const POLL_MS = 50;
export const ANSWER_MS = 100;
export const VISIBLE_MS = 150;

/** This program was so late with one request in a hundred that its times say little. */
const LATE_MS = 250;

/** What makes k6 keep a value for the summary without judging it. */
const KEPT = "max>=0";

/** @param {number} ms */
const p99 = (ms) => [`p(99)<${ms * PATIENCE}`];

/**
 * @typedef {object} Goals a latency that is left out is only shown
 * @property {number} [poll] @property {number} [answer] @property {number} [visible]
 * @property {boolean} [errors] whether any is too many
 * @property {boolean} [steady] whether the load must have been what it claims to be to the end
 */

/**
 * @param {Goals} goals
 * @param {{entries: string[], people: number, windows?: number}} run
 * @returns {Record<string, string[]>}
 */
export function thresholdsOf(goals, { entries, people, windows = 0 }) {
  const { poll, answer, visible, errors = true, steady = true } = goals;
  const parts = Array.from({ length: windows }, (_, n) => keptOfWindow(n)).flat();
  return {
    ...Object.fromEntries([
      ...NAMES.map((name) => [`http_req_duration{name:${name}}`, [KEPT]]),
      ...parts,
    ]),
    "http_reqs{name:poll,status:304}": ["count>=0"],
    ...(poll ? { "http_req_duration{name:poll}": p99(poll) } : {}),
    ...(answer ? { "http_req_duration{name:answer}": p99(answer) } : {}),
    ...(visible ? { vote_visible: p99(visible) } : {}),
    ...(errors ? { errors: ["count==0"], http_req_failed: ["rate==0"] } : {}),
    // What was acknowledged is counted, and is what people find on their phones.
    ...exact(entries),
    remembered: ["rate==1"],
    ...(steady
      ? {
          undelivered: ["count==0"],
          joined: [`count==${people}`],
          dropped_iterations: ["count==0"],
          generator_late: [`p(99)<${LATE_MS * PATIENCE}`],
        }
      : {}),
  };
}

/** @param {number} n @returns {[string, string[]][]} */
function keptOfWindow(n) {
  return [
    [`http_req_duration{name:poll,window:${n}}`, [KEPT]],
    [`http_req_duration{name:answer,window:${n}}`, [KEPT]],
    [`http_req_failed{window:${n}}`, ["rate>=0"]],
    [`pace{window:${n}}`, [KEPT]],
    [`generator_late{window:${n}}`, [KEPT]],
  ];
}

export const OPTIONS = {
  ...BATCH_OPTIONS,
  setupTimeout: "10m",
  teardownTimeout: "10m",
  summaryTrendStats: ["count", "avg", "med", "p(95)", "p(99)", "max"],
  // What is not looked at costs memory with every request.
  systemTags: ["name", "status", "method", "expected_response", "scenario"],
};
