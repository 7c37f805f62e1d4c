// The facilitator of one session, from the big screen: opens what is on, waits, reveals, goes on.

import { Client } from "./client.js";
import { afterFailure, pause } from "./pacing.js";
import { ADMIN_TOKEN } from "./settings.js";

/** The share of a turn in which answers are taken; then everybody looks at the results. */
const ANSWERING = 0.75;
/** Attempts at one command: the server may be restarted meanwhile. */
const TRIES = 20;

/** @param {string} session @param {number} [node] @returns {Promise<Client>} a runner of it */
export async function runnerOf(session, node = 0) {
  const admin = new Client(ADMIN_TOKEN, node);
  const minted = await insist(admin, "POST", `/sessions/${session}/runner-tokens`, {});
  return new Client(minted.runner_token, node);
}

/**
 * Plays what is on, turn by turn.
 *
 * @param {string} session
 * @param {{acts: {title: string, turns: number}[], turnMs: number, untilMs: number}} plan
 */
export async function play(session, { acts, turnMs, untilMs }) {
  const runner = await runnerOf(session);
  const state = `/sessions/${session}/state`;
  const { activities } = await insist(runner, "GET", state);
  let dueMs = Date.now();
  // By the clock and not by how long requests took: many shows stay in time.
  const wait = (share) => {
    dueMs += turnMs * share;
    return pause(Math.min(dueMs, untilMs) - Date.now());
  };
  for (const { id, type, title } of activities) {
    const { turns } = acts.find((act) => act.title === title);
    if (Date.now() >= untilMs) break;
    await playOne({ runner, path: `/sessions/${session}/activities/${id}`, type, turns, wait });
  }
  const { activity } = await insist(runner, "GET", state);
  if (activity?.status !== "active") return;
  await insist(runner, "POST", `/sessions/${session}/activities/${activity.id}/expire`);
}

/** @param {{runner: Client, path: string, type: string, turns: number, wait: (share: number) => Promise<void>}} it */
async function playOne({ runner, path, type, turns, wait }) {
  let { round } = await insist(runner, "POST", `${path}/activate`);
  const press = async (action) => {
    const done = await insist(runner, "POST", `${path}/control`, { action, round });
    round = done?.round ?? round;
    return done !== null;
  };
  for (let turn = 0; turn < turns; turn += 1) {
    // A quiz waits for its first question, poker begins with its first story.
    if (type === "quiz" || (type === "poker" && turn > 0)) await press("next");
    await wait(ANSWERING);
    if (!(await press("reveal"))) {
      // Without a vote there is nothing to reveal, so nobody may vote behind it.
      await insist(runner, "POST", `${path}/expire`);
      await press("reveal");
      return;
    }
    await wait(1 - ANSWERING);
  }
}

/**
 * A command until it has taken effect. One whose reply was lost is refused the second time, as two
 * presses of a button are: then it is enough to know how things stand.
 *
 * @param {Client} client @param {string} method @param {string} path @param {object} [body]
 * @returns {Promise<any>} null where it was refused
 */
async function insist(client, method, path, body) {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const answer = await client.call(method, path, { name: "command", body });
    if (answer.ok) return answer.json();
    if (answer.status === 409 && tries === 1) return null;
    if (answer.status === 409) return insist(client, "GET", path.replace(/\/\w+$/, ""));
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) break;
    await pause(afterFailure(tries, answer.retryAfterMs, Math.random()));
  }
  throw new Error(`${method} ${path} does not succeed`);
}
