// The moment everybody was told to look at their phones: 5,000 people join within half a minute,
// and later 1,000 of them vote within one second, while four big screens wait for the results.
// All see the results all the time (RESULTS=on_reveal: only the screens), which is the most work.
//
// A virtual user plays a hundredth of the audience; the voters are played by four, each with a
// screen, because who sends a vote must know when it is to be seen.

import { OPTIONS, POLL_MS, thresholdsOf, VISIBLE_MS } from "./lib/goals.js";
import { prepare, settle } from "./lib/host.js";
import { entriesOf } from "./lib/programme.js";
import { number } from "./lib/settings.js";
import { summaryOf } from "./lib/summary.js";
import { planOf } from "./lib/timeline.js";
import { audience as attend, audienceScenario } from "./scenarios/audience.js";
import { burst as vote, burstScenario } from "./scenarios/burst.js";
import { show as host, showScenario } from "./scenarios/show.js";

/** Acknowledgements of the burst, at the 99th percentile. */
const ACK_MS = 50;
/** Between the last arrival and the burst everybody has polled. */
const CALM_S = 8;
/** After it the last votes are acknowledged, and the results revealed to all. */
const AFTER_S = 10;

const voters = number("VOTERS", 1_000);
const joinS = number("JOIN_SECONDS", 30);
const seconds = joinS + CALM_S + AFTER_S;
const everybody = number("PARTICIPANTS", 5_000);
const crowd = Math.max(1, everybody - voters);
const plan = planOf(crowd, { joinS, seconds });
const acts = [{ title: "choice", turns: 1 }];

export const options = {
  ...OPTIONS,
  scenarios: {
    audience: audienceScenario(plan),
    show: showScenario(plan),
    burst: burstScenario(plan),
  },
  thresholds: {
    ...thresholdsOf(
      { poll: POLL_MS, answer: ACK_MS, visible: VISIBLE_MS },
      { entries: entriesOf(["choice"]), people: crowd + voters },
    ),
    // Each of them once, or it was no burst of that size.
    acknowledged: [`count==${voters}`],
  },
};

export function setup() {
  const results = __ENV.RESULTS || "always";
  const sessions = prepare({ sessions: 1, participants: everybody, acts, results, turnMs: 0 });
  return { sessions, startMs: Date.now() };
}

export const audience = (stage) => attend(plan, stage, { thinkMs: 0, answers: false });

/** The poll opens halfway through the calm, and is revealed when three quarters of its turn are over. */
export const show = (stage) =>
  host(plan, stage, {
    acts,
    turnMs: (CALM_S / 2 + AFTER_S - 2) * 1000,
    beginMs: stage.startMs + (joinS + CALM_S / 2) * 1000,
  });

export const burst = (stage) =>
  vote(stage, {
    voters,
    joinS,
    untilMs: stage.startMs + seconds * 1000,
    voteAtMs: stage.startMs + (joinS + CALM_S) * 1000,
    firstNumber: crowd,
  });

export const teardown = ({ sessions }) => settle(sessions);
export const handleSummary = (data) => summaryOf("spike", plan, data);
