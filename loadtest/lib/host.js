// Who makes the events and, when all is over, counts: the administrator, before and after the load.

import { sleep } from "k6";
import http from "k6/http";
import { headersOf, noteError } from "./client.js";
import { count } from "./ledger.js";
import { actNamed } from "./programme.js";
import { ADMIN_TOKEN, URLS } from "./settings.js";

/** Requests at once: as many as an impatient script sends. */
const AT_ONCE = 20;
/** The watchers of a session, and whoever joins twice after a lost reply. */
const SPARE_SEATS = 100;
/** Attempts, one a second: the server may be on its way up again. */
const TRIES = 20;

/** For http.batch, which by default keeps six connections to one host. */
export const BATCH_OPTIONS = { batch: AT_ONCE, batchPerHost: 2_000 };

/**
 * Makes the sessions with all that is on, open and ready.
 *
 * @param {{sessions: number, participants: number, acts: {title: string, turns: number}[],
 *   cycles?: number, results?: string, turnMs: number}} plan
 * @returns {string[]} their ids
 */
export function prepare({ sessions, participants, acts, cycles = 1, results = "always", turnMs }) {
  if (ADMIN_TOKEN === "") throw new Error("CAJA_ADMIN_TOKEN is not set");
  const seats = Math.ceil(participants / sessions) + SPARE_SEATS;
  const drafts = Array.from({ length: sessions }, (_, n) => ({
    name: `Load test ${n + 1}`,
    settings: { max_participants: seats },
  }));
  const ids = all(
    "POST",
    "session",
    drafts.map((body) => ["/sessions", body]),
  ).map(({ id }) => id);
  // A countdown takes its time from the question's turn.
  const countdownS = turnMs >= 8_000 ? 3 : 0;
  const configs = acts.map(({ title, turns }) => {
    const { type, config } = actNamed(title);
    return { type, title, config: shortened(config({ results, countdownS }), turns) };
  });
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    for (const body of configs) {
      all(
        "POST",
        "activity",
        ids.map((id) => [`/sessions/${id}/activities`, body]),
      );
    }
  }
  all(
    "POST",
    "open",
    ids.map((id) => [`/sessions/${id}/open`]),
  );
  return ids;
}

/** @param {any} config @param {number} turns */
function shortened(config, turns) {
  const kept = { ...config };
  if (kept.questions) kept.questions = kept.questions.slice(0, turns);
  if (kept.stories) kept.stories = kept.stories.slice(0, turns);
  return kept;
}

/** Holds what the server counted against what it acknowledged, and ends the sessions. */
export function settle(/** @type {string[]} */ sessions) {
  const summaries = all(
    "GET",
    "summary",
    sessions.map((id) => [`/sessions/${id}/summary`]),
  );
  for (const { activities = [] } of summaries) {
    for (const { title, responses, results } of activities) {
      if (responses > 0) count(actNamed(title)?.counts(results) ?? {});
    }
  }
  all(
    "POST",
    "complete",
    sessions.map((id) => [`/sessions/${id}/complete`]),
  );
}

/**
 * The same request for many, some at once; each until it succeeds, because what is made here is
 * what the run stands on.
 *
 * @param {string} method @param {string} name @param {[string, object?][]} requests
 * @returns {any[]}
 */
function all(method, name, requests) {
  const answers = [];
  for (let from = 0; from < requests.length; from += AT_ONCE) {
    answers.push(...some(method, name, requests.slice(from, from + AT_ONCE)));
  }
  return answers;
}

/** @param {string} method @param {string} name @param {[string, object?][]} requests */
function some(method, name, requests) {
  const params = { headers: headersOf(ADMIN_TOKEN), tags: { name } };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const url = `${URLS[tries % URLS.length]}/api/v1`;
    const responses = http.batch(
      requests.map(([path, body]) => [
        method,
        url + path,
        body ? JSON.stringify(body) : null,
        params,
      ]),
    );
    if (responses.every(({ status }) => status >= 200 && status < 300)) {
      return responses.map((response) => response.json());
    }
    const bad = responses.find(({ status }) => status < 200 || status >= 300);
    noteError(name, bad.status, String(bad.body ?? bad.error).slice(0, 300));
    // A fault of ours, or a server that has forgotten the session: neither gets better.
    if (bad.status >= 400 && bad.status < 500) break;
    sleep(1);
  }
  // Without a summary nothing was counted, which the run must say in all its figures.
  if (name === "summary") return [];
  throw new Error(`${name} does not succeed`);
}
