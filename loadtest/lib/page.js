// The summary as one page that needs nothing else. scripts/loadtest puts in the server's figures.

import { headline, rows, sentences, show } from "./words.js";

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1b22}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}
th:first-child,td:first-child{text-align:left}.ok{color:#1a6b3c}.missed{color:#a4161a;font-weight:bold}svg{max-width:100%}`;

/** @param {ReturnType<typeof import("./report.js").reportOf>} report */
export function page(report) {
  const title = escaped(headline(report));
  const requests = rows(report).map((it) => [
    it.name,
    `${it.count}`,
    ...[it.perSecond, it.p50, it.p95, it.p99, it.max].map((value) => show(value)),
  ]);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style>
<h1>${title}</h1>
${sentences(report)
  .map((it) => `<p>${escaped(it)}.</p>`)
  .join("\n")}
<h2>Times, in milliseconds</h2>
${table(["", "count", "per second", "p50", "p95", "p99", "max"], requests)}
${windows(report)}
<h2>Server</h2>
<!--server-->
<h2>Goals</h2>
<ul>
${report.goals.map(goal).join("\n")}
</ul>
</html>
`;
}

/** @param {{metric: string, goal: string, ok: boolean, measured: number | null}} it */
function goal({ metric, goal: text, ok, measured }) {
  const is = measured === null ? "" : `: ${Number(measured.toFixed(2))}`;
  return `<li class="${ok ? "ok" : "missed"}">${ok ? "✓" : "✗ missed:"} ${escaped(`${metric} ${text}${is}`)}</li>`;
}

/** @param {ReturnType<typeof import("./report.js").reportOf>} report */
function windows({ windows: parts }) {
  if (parts.length === 0) return "";
  const cells = parts.map(({ fromS, people, polls, answers, failed, paceMs, lateP99 }) => [
    show(fromS, 0),
    `${people}`,
    ...[polls.perSecond, polls.p99, answers.perSecond, answers.p99].map((it) => show(it)),
    `${failed}`,
    ...[paceMs, lateP99].map((it) => show(it, 0)),
  ]);
  const head = [
    "from s",
    "people",
    "polls/s",
    "p99",
    "answers/s",
    "p99",
    "failed",
    "pace",
    "generator late, p99",
  ];
  const p99s = parts.map(({ polls }) => polls.p99 ?? 0);
  return `<h2>Over the run</h2>\n${bars("Polls, p99 in ms", p99s)}\n${table(head, cells)}`;
}

/** @param {string} label @param {number[]} values */
function bars(label, values) {
  const most = Math.max(1, ...values);
  const each = values.map((value, n) => {
    const height = (100 * value) / most;
    return `<rect x="${n * 30}" y="${110 - height}" width="24" height="${height}" fill="#4059ad"><title>${show(value)}</title></rect>`;
  });
  const text = `<text x="0" y="125" font-size="12">${label}; highest ${show(most)}</text>`;
  return `<svg role="img" aria-label="${label}" width="${values.length * 30}" height="130">${each.join("")}${text}</svg>`;
}

/** @param {string[]} head @param {string[][]} body */
function table(head, body) {
  const row = (cells, tag) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${row(head, "th")}\n${body.map((cells) => row(cells, "td")).join("\n")}</table>`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
