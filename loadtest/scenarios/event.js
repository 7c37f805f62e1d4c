// A whole event, as most workloads have it: an audience, somebody who runs the show, and a screen.

import { OPTIONS, thresholdsOf } from "../lib/goals.js";
import { prepare, settle } from "../lib/host.js";
import { entriesOf, programme } from "../lib/programme.js";
import { summaryOf } from "../lib/summary.js";
import { audience, audienceScenario } from "./audience.js";
import { runner, runnerScenario } from "./runner.js";
import { LEAD_OUT_S, show, showScenario } from "./show.js";

/** The shortest turn in which phones that ask every two seconds take part. */
const SHORTEST_TURN_S = 4;
/** The longest turn; longer events have more of them. */
const LONGEST_TURN_S = 60;
/** The longest thought before an answer, and its longest share of a turn. */
const THINK_MS = 8_000;
const THINK_SHARE = 0.25;
/** Who votes beside the screen, again and again. */
const SCREEN = { people: 4, everyMs: 200 };

/**
 * All that a workload exports.
 *
 * @param {string} name
 * @param {import("../lib/timeline.js").Timeline} plan
 * @param {import("../lib/goals.js").Goals} goals
 * @param {{beginsWith?: number}} [how] the share of the arrivals after which the show begins
 */
export function event(name, plan, goals, { beginsWith = 1 } = {}) {
  const beginS = plan.joinS * beginsWith;
  const showS = plan.seconds - beginS - LEAD_OUT_S;
  // Where there are several shows, they begin within a turn.
  const spare = plan.sessions > 1 ? 1 : 0;
  const acts = programme(showS - spare * SHORTEST_TURN_S, SHORTEST_TURN_S);
  const turns = acts.reduce((sum, act) => sum + act.turns, 0);
  const cycles = Math.max(1, Math.ceil(showS / turns / LONGEST_TURN_S));
  const turnMs = (showS * 1000) / (turns * cycles + spare);
  const thinkMs = Math.min(THINK_MS, turnMs * THINK_SHARE);
  const entries = entriesOf(acts.map(({ title }) => title));
  const people = plan.participants + SCREEN.people;

  return {
    options: {
      ...OPTIONS,
      scenarios: {
        audience: audienceScenario(plan),
        show: showScenario(plan),
        runner: runnerScenario(plan.seconds),
      },
      thresholds: thresholdsOf(goals, { entries, people, windows: plan.windows }),
    },
    setup() {
      const sessions = prepare({ ...plan, acts, cycles, turnMs });
      return { sessions, startMs: Date.now() };
    },
    audience: (stage) => audience(plan, stage, { thinkMs }),
    show: (stage) => show(plan, stage, { acts, turnMs, beginMs: stage.startMs + beginS * 1000 }),
    runner: (stage) =>
      runner(stage, {
        untilMs: stage.startMs + plan.seconds * 1000,
        firstNumber: plan.participants,
        ...SCREEN,
      }),
    teardown: ({ sessions }) => settle(sessions),
    handleSummary: (data) => summaryOf(name, plan, data),
  };
}
