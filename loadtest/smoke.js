// Does everything work at all? A small audience, one turn of each type. Twenty seconds.
//
// A virtual user for each participant.

import { OPTIONS, thresholdsOf, ANSWER_MS, POLL_MS, VISIBLE_MS } from "./lib/goals.js";
import { prepare, settle } from "./lib/host.js";
import { entriesOf, programme } from "./lib/programme.js";
import { summaryOf } from "./lib/summary.js";
import { timeline } from "./lib/timeline.js";
import { audience as attend, audienceScenario } from "./scenarios/audience.js";
import { runner as watch, runnerScenario } from "./scenarios/runner.js";
import { LEAD_OUT_S, show as host, showScenario } from "./scenarios/show.js";

const plan = timeline({ participants: 20, seconds: 20 });
const SCREEN = { people: 4, everyMs: 200 };
const showS = plan.seconds - plan.joinS - LEAD_OUT_S;
const acts = programme(showS, 4);
const turnMs = (showS * 1000) / acts.reduce((sum, { turns }) => sum + turns, 0);

export const options = {
  ...OPTIONS,
  scenarios: {
    audience: audienceScenario(plan),
    show: showScenario(plan),
    runner: runnerScenario(plan.seconds),
  },
  thresholds: thresholdsOf({
    entries: entriesOf(acts.map(({ title }) => title)),
    people: plan.participants + SCREEN.people,
    poll: POLL_MS,
    answer: ANSWER_MS,
    visible: VISIBLE_MS,
  }),
};

export function setup() {
  const sessions = prepare({ ...plan, acts, turnMs });
  return { sessions, startMs: Date.now() };
}

export const audience = (stage) => attend(plan, stage, { thinkMs: turnMs / 4 });
export const show = (stage) => host(plan, stage, { acts, turnMs });
export const runner = (stage) =>
  watch(stage, {
    untilMs: stage.startMs + plan.seconds * 1000,
    firstNumber: plan.participants,
    ...SCREEN,
  });
export const teardown = ({ sessions }) => settle(sessions);
export const handleSummary = (data) => summaryOf("smoke", plan, data);
