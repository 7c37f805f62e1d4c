// A big screen that waits (`wait=25`), and a few people beside it who vote again and again: from
// what each acknowledgement says, the screen knows the frame in which that vote is to be seen.

import { Follower } from "../lib/follower.js";
import { visible } from "../lib/metrics.js";
import { pause } from "../lib/pacing.js";
import { Person } from "../lib/person.js";
import { actNamed } from "../lib/programme.js";
import { runnerOf } from "../lib/show.js";
import { SETTLE_S } from "../lib/timeline.js";

/** Votes whose frame is awaited. */
export class Screen {
  /** @param {string} session @param {number} untilMs */
  constructor(session, untilMs) {
    this.session = session;
    this.untilMs = untilMs;
    this.frame = null;
    /** @type {{sentMs: number, version: number}[]} */
    this.awaited = [];
    /** @type {Set<Person>} those whose last vote is under way; a later one must not overtake it */
    this.voting = new Set();
    /** @type {{version: number, atMs: number}[]} the newest frames, for replies that overtook them */
    this.latest = [];
  }

  async run() {
    const { session, untilMs } = this;
    const changed = (frame) => this.show(frame);
    const how = { session, name: "screen", hold: true, untilMs, changed };
    await new Follower(await runnerOf(session), how).run();
  }

  show(frame) {
    this.frame = frame;
    const atMs = Date.now();
    this.latest = [...this.latest.slice(-50), { version: frame.version, atMs }];
    const isThere = ({ version }) => version <= frame.version;
    for (const { sentMs } of this.awaited.filter(isThere)) visible.add(atMs - sentMs);
    this.awaited = this.awaited.filter((vote) => !isThere(vote));
  }

  /** @param {Person} person @param {any} activity */
  async vote(person, activity) {
    if (this.voting.has(person)) return;
    this.voting.add(person);
    const sentMs = Date.now();
    const receipt = await person.answer(`${activity.id} ${activity.round} `, activity);
    this.voting.delete(person);
    // Where nobody sees that somebody answered, a receipt names no new frame.
    if (receipt === null || !actNamed(activity.title).isSeen?.(activity)) return;
    const { version } = receipt;
    const first = this.latest.find((frame) => frame.version >= version);
    if (first === undefined) this.awaited.push({ sentMs, version });
    else visible.add(Math.max(0, first.atMs - sentMs));
  }
}

/**
 * @param {{sessions: string[], startMs: number}} stage
 * @param {{untilMs: number, firstNumber: number, people: number, everyMs: number}} how
 */
export async function runner({ sessions }, { untilMs, firstNumber, people, everyMs }) {
  const screen = new Screen(sessions[0], untilMs);
  const plan = { untilMs, thinkMs: 0, answers: false };
  const voters = Array.from(
    { length: people },
    (_, n) => new Person(firstNumber + n, sessions[0], plan),
  );
  const living = voters.map((person) => person.live());
  const voting = voteInTurn(screen, voters, everyMs);
  await Promise.all([screen.run(), voting, ...living]);
  await pause(SETTLE_S * 1000);
  for (const person of voters) await person.check();
}

/** @param {Screen} screen @param {Person[]} voters @param {number} everyMs */
async function voteInTurn(screen, voters, everyMs) {
  for (let n = 0; Date.now() < screen.untilMs - 1_000; n += 1) {
    const person = voters[n % voters.length];
    const activity = screen.frame?.activity;
    const isOpen = activity?.status === "active" && ["open", "voting"].includes(activity.phase);
    if (isOpen && person.client.token !== "" && activity.type !== "quiz")
      screen.vote(person, activity);
    await pause(everyMs);
  }
}

/** @param {number} seconds */
export function runnerScenario(seconds) {
  return {
    exec: "runner",
    executor: "per-vu-iterations",
    vus: 1,
    iterations: 1,
    maxDuration: `${seconds + 60}s`,
    gracefulStop: "0s",
  };
}
