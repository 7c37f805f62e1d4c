// A room that votes all at once, and big screens that wait: people arrive, follow the session, and
// at a given instant answer one after another, evenly within a second, however long each takes.

import exec from "k6/execution";
import { lateness } from "../lib/metrics.js";
import { pause } from "../lib/pacing.js";
import { Person } from "../lib/person.js";
import { SETTLE_S } from "../lib/timeline.js";
import { Screen } from "./runner.js";

/** Screens and, with each, its part of the room. */
const ROOMS = 4;

/** @param {{joinS: number, seconds: number}} plan */
export function burstScenario({ joinS, seconds }) {
  return {
    exec: "burst",
    executor: "constant-arrival-rate",
    rate: ROOMS,
    timeUnit: `${joinS}s`,
    // One room more would arrive, and leaves at once.
    duration: `${joinS + 2}s`,
    preAllocatedVUs: ROOMS + 2,
    gracefulStop: `${seconds + 60}s`,
  };
}

/**
 * @param {{sessions: string[], startMs: number}} stage
 * @param {{voters: number, joinS: number, untilMs: number, voteAtMs: number, firstNumber: number}} how
 */
export async function burst({ sessions }, { voters, joinS, untilMs, voteAtMs, firstNumber }) {
  const room = exec.scenario.iterationInTest;
  if (room >= ROOMS) return;
  const arrivedMs = Date.now();
  const screen = new Screen(sessions[0], untilMs);
  const plan = { untilMs, thinkMs: 0, answers: false };
  const lives = [];
  // Every fourth of all voters, so that each room votes all through the second.
  for (let n = room; n < voters; n += ROOMS) {
    const person = new Person(firstNumber + n, sessions[0], plan);
    const joinsMs = arrivedMs + ((joinS / ROOMS) * 1000 * n) / voters;
    lives.push(live(person, joinsMs), vote(person, screen, voteAtMs + (1_000 * n) / voters));
  }
  await Promise.all([screen.run(), ...lives]);
}

/** @param {Person} person @param {number} atMs */
async function live(person, atMs) {
  await pause(atMs - Date.now());
  await person.live();
  await pause(SETTLE_S * 1000);
  await person.check();
}

/** @param {Person} person @param {Screen} screen @param {number} atMs */
async function vote(person, screen, atMs) {
  await pause(atMs - Date.now());
  lateness.add(Date.now() - atMs);
  const activity = screen.frame?.activity;
  if (activity?.status === "active") await screen.vote(person, activity);
}
