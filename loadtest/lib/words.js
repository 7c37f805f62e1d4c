// A report in words, for all its forms.

/** @param {number | null} value @param {number} [digits] */
export const show = (value, digits = 1) => (value === null ? "–" : value.toFixed(digits));

/** @param {ReturnType<typeof import("./report.js").reportOf>} report */
export function headline({ workload, people, plan }) {
  const rooms = plan.sessions === 1 ? "one session" : `${plan.sessions} sessions`;
  return `${workload}: ${people} people in ${rooms}, ${Math.round(plan.seconds)} s`;
}

/** @param {ReturnType<typeof import("./report.js").reportOf>} report @returns {string[]} */
export function sentences(report) {
  const { answers, requests, pollsUnchanged, paceMs, outage, knee, errors } = report;
  const polls = requests.find(({ name }) => name === "poll")?.count ?? 0;
  const lines = [
    `${answers.acknowledged} answers acknowledged: ${answers.lost} lost, ${answers.doubled} doubled; ` +
      `${answers.refused} came too late, ${answers.undelivered} undelivered`,
    `${errors} errors; ${polls === 0 ? 0 : Math.round((100 * pollsUnchanged) / polls)} % of polls found nothing new`,
  ];
  if (paceMs.max > 0)
    lines.push(
      `pace asked of phones: ${show(paceMs.avg, 0)} ms on average, at most ${paceMs.max} ms`,
    );
  if (outage.count > 0)
    lines.push(
      `${outage.count} outages seen by people: p99 ${show(outage.p99, 0)} ms, longest ${show(outage.max, 0)} ms`,
    );
  if (knee !== null) lines.push(...kneeSentences(knee));
  return lines;
}

/** @param {any} knee @returns {string[]} */
function kneeSentences({ isReached, last, slowed }) {
  const pace = `phones were asked to slow down ${slowed === null ? "at no time" : `before there were ${slowed.people} people`}`;
  if (last === null) return ["knee: below the first step", pace];
  const at = `${last.people} people, ${show(last.polls.perSecond, 0)} polls/s, p99 ${show(last.polls.p99)} ms`;
  return [isReached ? `knee: after ${at}` : `knee: not reached; the last part had ${at}`, pace];
}

/** @param {ReturnType<typeof import("./report.js").reportOf>} report */
export function rows({ requests, visible, late }) {
  return [...requests, visible, late].filter(({ count }) => count > 0);
}
