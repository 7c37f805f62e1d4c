// The summary in its three forms: for the terminal, as a page, and for programs.

import { page } from "./page.js";
import { reportOf } from "./report.js";
import { OUT } from "./settings.js";

/** Entries that are not counted exactly and are named in the text; the page has all. */
const WRONG_SHOWN = 5;

/** @param {string} workload @param {import("./timeline.js").Timeline} plan @param {any} data */
export function summaryOf(workload, plan, data) {
  const report = reportOf(workload, plan, data);
  const text = textOf(report);
  if (OUT === "") return { stdout: text };
  return {
    stdout: text,
    [`${OUT}/summary.txt`]: text,
    [`${OUT}/summary.html`]: page(report),
    [`${OUT}/summary.json`]: `${JSON.stringify(report, null, 2)}\n`,
  };
}

/** @param {number | null} value @param {number} [digits] */
export const show = (value, digits = 1) => (value === null ? "–" : value.toFixed(digits));

/** @param {ReturnType<typeof reportOf>} report */
export function headline({ workload, people, plan }) {
  const rooms = plan.sessions === 1 ? "one session" : `${plan.sessions} sessions`;
  return `${workload}: ${people} people in ${rooms}, ${Math.round(plan.seconds)} s`;
}

/** @param {ReturnType<typeof reportOf>} report @returns {string[]} */
export function sentences(report) {
  const { answers, requests, pollsUnchanged, paceMs, outage, windows, knee, errors } = report;
  const polls = requests.find(({ name }) => name === "poll")?.count ?? 0;
  const lines = [
    `${answers.acknowledged} answers acknowledged: ${answers.lost} lost, ${answers.doubled} doubled; ` +
      `${answers.refused} came too late, ${answers.undelivered} undelivered`,
    `${errors} errors; ${polls === 0 ? 0 : Math.round((100 * pollsUnchanged) / polls)} % of polls found nothing new`,
  ];
  if (paceMs.max > 0) lines.push(`pace asked of phones: ${show(paceMs.avg, 0)} ms on average, at most ${paceMs.max} ms`);
  if (outage.count > 0) lines.push(`${outage.count} outages seen by people: p99 ${show(outage.p99, 0)} ms, longest ${show(outage.max, 0)} ms`);
  if (windows.length > 0) lines.push(kneeSentence(knee));
  return lines;
}

/** @param {any} knee */
function kneeSentence({ isReached, last }) {
  if (last === null) return "knee: below the first step";
  const at = `${last.people} people, ${show(last.polls.perSecond, 0)} polls/s, p99 ${show(last.polls.p99)} ms`;
  return isReached ? `knee: after ${at}` : `knee: not reached; the last part had ${at}`;
}

/** @param {ReturnType<typeof reportOf>} report */
export function rows({ requests, visible, late }) {
  return [...requests, visible, late].filter(({ count }) => count > 0);
}

/** @param {ReturnType<typeof reportOf>} report */
function textOf(report) {
  const width = [14, 9, 9, 9, 9, 9, 9];
  const line = (cells) => cells.map((cell, n) => (n === 0 ? cell.padEnd(width[0]) : cell.padStart(width[n]))).join("");
  const table = rows(report).map((it) =>
    line([it.name, `${it.count}`, ...[it.perSecond, it.p50, it.p95, it.p99, it.max].map((value) => show(value))]),
  );
  return [
    "",
    headline(report),
    "",
    line(["ms", "count", "/s", "p50", "p95", "p99", "max"]),
    ...table,
    "",
    ...sentences(report),
    ...windowLines(report, line),
    "",
    ...goalLines(report),
    "",
  ].join("\n");
}

/** @param {ReturnType<typeof reportOf>} report @param {(cells: string[]) => string} line */
function windowLines({ windows }, line) {
  if (windows.length === 0) return [];
  const head = line(["from s", "people", "polls/s", "p99", "answers", "p99", "failed"]);
  const parts = windows.map(({ fromS, people, polls, answers, failed, paceMs, lateP99 }) => {
    const cells = [polls.perSecond, polls.p99, answers.perSecond, answers.p99].map((it) => show(it));
    const rest = `  pace ${show(paceMs, 0)} ms, generator late ${show(lateP99, 0)} ms`;
    return line([show(fromS, 0), `${people}`, ...cells, `${failed}`]) + rest;
  });
  return ["", head, ...parts];
}

/** @param {ReturnType<typeof reportOf>} report The counts in one line, unless they are wrong. */
function goalLines({ goals }) {
  const exact = goals.filter(({ metric }) => metric.startsWith("unaccounted{"));
  const wrong = exact.filter(({ ok }) => !ok);
  const more = wrong.length - WRONG_SHOWN;
  return [
    `  ${mark(wrong.length === 0)} ${exact.length - wrong.length} of ${exact.length} entries counted exactly`,
    ...wrong.slice(0, WRONG_SHOWN).map(goalLine),
    ...(more > 0 ? [`         and ${more} more`] : []),
    ...goals.filter((goal) => !exact.includes(goal)).map(goalLine),
  ];
}

/** @param {boolean} ok */
const mark = (ok) => (ok ? "ok    " : "MISSED");

/** @param {{metric: string, goal: string, ok: boolean, measured: number | null}} it */
function goalLine({ metric, goal, ok, measured }) {
  const by = measured === null ? "" : `, is ${Number(measured.toFixed(2))}`;
  return `  ${mark(ok)} ${metric} ${goal}${by}`;
}
