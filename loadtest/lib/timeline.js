// When everything of a run happens, in milliseconds from its start, and how people are divided
// among virtual users. A virtual user plays many people, each with timers of their own, so that a
// slow answer to one never holds another back.

import { number } from "./settings.js";

/** Virtual users for an audience: enough for all cores of a machine; each takes a few MB. */
const MOST_GROUPS = 100;
/** Arrivals a second. */
const GENTLE_JOINS = 200;
/** From the end of the show to the checks: the last answers are through. */
export const SETTLE_S = 2;

/**
 * @typedef {object} Timeline
 * @property {number} participants @property {number} sessions
 * @property {number} joinS people arrive evenly within it
 * @property {number} seconds from the start until everybody stops
 * @property {number} groups virtual users @property {number} windows parts of the run told apart
 */

/**
 * A run as its workload wants it, or its environment.
 *
 * @param {{participants: number, sessions?: number, seconds: number, joinS?: number,
 *   windows?: number}} defaults
 */
export function timeline({ participants, sessions = 1, seconds, joinS, windows = 0 }) {
  const people = number("PARTICIPANTS", participants);
  const length = number("SECONDS", seconds);
  // Gently, where it is not the arrivals that are looked at.
  const arriving = number("JOIN_SECONDS", joinS ?? Math.max(2, people / GENTLE_JOINS));
  return planOf(people, {
    sessions: number("SESSIONS", sessions),
    joinS: Math.min(arriving, length),
    seconds: length,
    windows,
  });
}

/**
 * @param {number} participants
 * @param {{sessions?: number, joinS: number, seconds: number, windows?: number}} run
 * @returns {Timeline}
 */
export function planOf(participants, { sessions = 1, joinS, seconds, windows = 0 }) {
  return {
    participants,
    sessions: Math.min(sessions, participants),
    joinS,
    seconds,
    groups: Math.min(number("VUS", MOST_GROUPS), participants),
    windows,
  };
}

/** The people of a group, in order of arrival. @param {Timeline} plan @param {number} group */
export function peopleOf({ participants, groups }, group) {
  const first = Math.floor((participants * group) / groups);
  const end = Math.floor((participants * (group + 1)) / groups);
  return Array.from({ length: end - first }, (_, n) => first + n);
}

/** Rooms fill one after another. @param {Timeline} plan @param {number} person */
export function sessionOf({ participants, sessions }, person) {
  return Math.floor((person * sessions) / participants);
}

/** The part of the run that it is, as a tag. @param {Timeline} plan @param {number} startMs */
export function windowAt({ seconds, windows }, startMs) {
  const part = Math.floor(((Date.now() - startMs) / 1000 / seconds) * windows);
  return { window: String(Math.max(0, Math.min(part, windows - 1))) };
}
