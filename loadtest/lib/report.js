// What a run showed, as plain values: taken from k6's metrics, for all forms of the summary.

import { NAMES, POLL_MS } from "./goals.js";

/**
 * @typedef {object} Times
 * @property {string} name @property {number} count @property {number} perSecond
 * @property {number} p50 @property {number} p95 @property {number} p99 @property {number} max
 */

/** @param {string} workload @param {import("./timeline.js").Timeline} plan @param {any} data */
export function reportOf(workload, plan, data) {
  if (data.metrics === undefined) {
    throw new Error("unknown form of summary: run k6 with K6_NEW_MACHINE_READABLE_SUMMARY=false");
  }
  const values = (name) => data.metrics[name]?.values ?? {};
  const counted = (name) => values(name).count ?? 0;
  const seconds = data.state.testRunDurationMs / 1000;
  const requests = NAMES.map((name) => {
    const row = times(name, values(`http_req_duration{name:${name}}`), plan.seconds);
    // A held request takes as long as nothing happens; that says nothing about the server.
    return name.endsWith("held") ? { ...row, p50: null, p95: null, p99: null, max: null } : row;
  });
  const windows = windowsOf(plan, values);
  return {
    workload,
    plan,
    seconds,
    generator: __ENV.CAJA_LOADTEST_K6 || null,
    endedAt: new Date().toISOString(),
    requests: requests.filter(({ count }) => count > 0),
    pollsUnchanged: counted("http_reqs{name:poll,status:304}"),
    visible: times("vote visible", values("vote_visible"), plan.seconds),
    late: times("generator late", values("generator_late"), plan.seconds),
    outage: times("outage", values("outage"), plan.seconds),
    paceMs: values("pace"),
    people: counted("joined"),
    answers: answersOf(data, counted),
    errors: counted("errors"),
    goals: goalsOf(data),
    windows,
    knee: kneeOf(plan, windows),
    server: null,
  };
}

/** @param {string} name @param {any} values @param {number} seconds @returns {Times} */
function times(name, values, seconds) {
  const { count = 0, med = null, max = null } = values;
  const [p95, p99] = [values["p(95)"] ?? null, values["p(99)"] ?? null];
  return { name, count, perSecond: count / seconds, p50: med, p95, p99, max };
}

/** @param {any} data @param {(name: string) => number} counted */
function answersOf(data, counted) {
  const names = Object.keys(data.metrics).filter((name) => name.startsWith("unaccounted{"));
  const left = names.map(counted);
  return {
    acknowledged: counted("acknowledged"),
    refused: counted("refused"),
    undelivered: counted("undelivered"),
    lost: left.filter((n) => n > 0).reduce((sum, n) => sum + n, 0),
    doubled: -left.filter((n) => n < 0).reduce((sum, n) => sum + n, 0),
  };
}

/** Every threshold that says something, with what was measured. */
function goalsOf(data) {
  const all = Object.entries(data.metrics).flatMap(([metric, { thresholds = {}, values }]) =>
    Object.entries(thresholds).map(([goal, { ok }]) => {
      const stat = /^[a-z]+(\([\d.]+\))?/.exec(goal)?.[0] ?? "";
      return { metric, goal, ok, measured: values[stat] ?? null };
    }),
  );
  const said = all.filter(({ goal, ok }) => !/>=0$/.test(goal) || !ok);
  return said.sort((one, other) => (one.metric < other.metric ? -1 : 1));
}

/** @param {import("./timeline.js").Timeline} plan @param {(name: string) => any} values */
function windowsOf(plan, values) {
  const length = plan.seconds / (plan.windows || 1);
  return Array.from({ length: plan.windows }, (_, n) => ({
    fromS: n * length,
    people: Math.round(Math.min(1, ((n + 1) * length) / plan.joinS) * plan.participants),
    polls: times("poll", values(`http_req_duration{name:poll,window:${n}}`), length),
    answers: times("answer", values(`http_req_duration{name:answer,window:${n}}`), length),
    lateP99: values(`generator_late{window:${n}}`)["p(99)"] ?? null,
    // k6 counts here what is bad as "passes" of the question whether it failed.
    failed: values(`http_req_failed{window:${n}}`).passes ?? 0,
    paceMs: values(`pace{window:${n}}`).avg ?? null,
  }));
}

/** Above it, phones are asked to poll less often than in calm; jitter of averages below. */
const CALM_PACE_MS = 2_100;

/**
 * The last part of a run in which polls were fast and nothing failed, whether worse came after it,
 * and the first part in which the server asked phones to slow down. Only where the load rises.
 */
function kneeOf({ joinS, seconds }, windows) {
  if (windows.length === 0 || joinS < seconds) return null;
  const polled = windows.filter(({ polls }) => polls.count > 0);
  const last = polled.findLast(({ polls, failed }) => polls.p99 < POLL_MS && failed === 0) ?? null;
  return {
    isReached: last !== polled[polled.length - 1],
    last,
    slowed: polled.find(({ paceMs }) => paceMs > CALM_PACE_MS) ?? null,
  };
}
