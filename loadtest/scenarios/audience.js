// Participants: they arrive evenly, join, follow the session, and answer what is on.

import exec from "k6/execution";
import { GRACE_MS } from "../lib/outbox.js";
import { between, pause } from "../lib/pacing.js";
import { Person } from "../lib/person.js";
import { peopleOf, SETTLE_S, sessionOf, windowAt } from "../lib/timeline.js";

/** Virtual users for the iterations that come after the last group. */
const TOO_MANY = 10;
/** Time in which everybody asks /me once more, after the show; a thousand a second. */
const checkS = (plan) => Math.max(1, plan.participants / 1_000);

/**
 * The scenario: an iteration is a group that arrives, and stays. Groups arrive at a constant rate,
 * whatever the server makes of those before.
 *
 * @param {import("../lib/timeline.js").Timeline} plan
 */
export function audienceScenario(plan) {
  const restS = plan.seconds - plan.joinS + SETTLE_S + checkS(plan) + GRACE_MS / 1000 + 10;
  return {
    exec: "audience",
    executor: "constant-arrival-rate",
    rate: plan.groups,
    timeUnit: `${plan.joinS}s`,
    // Also on a machine that stalls, the last one arrives within it; those too many leave at once.
    duration: `${plan.joinS + Math.max(2, plan.joinS / 10)}s`,
    preAllocatedVUs: plan.groups + TOO_MANY,
    gracefulStop: `${Math.ceil(restS)}s`,
  };
}

/**
 * @param {import("../lib/timeline.js").Timeline} plan
 * @param {{sessions: string[], startMs: number}} stage
 * @param {{thinkMs: number, answers?: boolean, hosts?: (people: Person[]) => Promise<void>}} how
 */
export async function audience(plan, { sessions, startMs }, { thinkMs, answers = true }) {
  const group = exec.scenario.iterationInTest;
  if (group >= plan.groups) return;
  const untilMs = startMs + plan.seconds * 1000;
  const tags = plan.windows > 0 ? () => windowAt(plan, startMs) : undefined;
  const arrivedMs = Date.now();
  const apartMs = (plan.joinS * 1000) / plan.participants;
  const people = peopleOf(plan, group).map((n) => {
    const session = sessions[sessionOf(plan, n)];
    return new Person(n, session, { untilMs, thinkMs, answers, tags });
  });
  await Promise.all(people.map((person, n) => visit(person, arrivedMs + n * apartMs, plan)));
}

/** @param {Person} person @param {number} atMs */
async function visit(person, atMs, plan) {
  await pause(atMs - Date.now());
  await person.live();
  await pause(SETTLE_S * 1000 + between(0, checkS(plan) * 1000));
  await person.check();
}
