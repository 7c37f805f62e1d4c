// The summary in its three forms: for the terminal, as a page, and for programs.

import { page } from "./page.js";
import { reportOf } from "./report.js";
import { OUT } from "./settings.js";
import { headline, rows, sentences, show } from "./words.js";

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

/** @param {ReturnType<typeof reportOf>} report */
function textOf(report) {
  const width = [14, 9, 9, 9, 9, 9, 9];
  const line = (cells) =>
    cells.map((cell, n) => (n === 0 ? cell.padEnd(width[0]) : cell.padStart(width[n]))).join("");
  const table = rows(report).map((it) =>
    line([
      it.name,
      `${it.count}`,
      ...[it.perSecond, it.p50, it.p95, it.p99, it.max].map((value) => show(value)),
    ]),
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
    const cells = [polls.perSecond, polls.p99, answers.perSecond, answers.p99].map((it) =>
      show(it),
    );
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
