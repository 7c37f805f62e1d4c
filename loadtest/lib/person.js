// One participant with a phone: joins, follows the session, answers after some thought, sometimes
// changes their mind, and fetches /me when it has moved.

import { Client } from "./client.js";
import { Follower } from "./follower.js";
import { Page } from "./ledger.js";
import { joined, remembered } from "./metrics.js";
import { deliver, GRACE_MS } from "./outbox.js";
import { afterFailure, between, pause } from "./pacing.js";
import { actNamed } from "./programme.js";
import { HOLD } from "./settings.js";

/** The shortest thought before an answer. */
const QUICKEST_MS = 300;
/** One in so many changes their answer. */
const CHANGES = 10;

/**
 * @typedef {object} Plan
 * @property {number} untilMs when everybody stops
 * @property {number} thinkMs the longest thought
 * @property {boolean} answers by themselves, when an activity runs
 * @property {() => object} [tags] of polls and answers
 */

export class Person {
  /** @param {number} number @param {string} session @param {Plan} plan */
  constructor(number, session, plan) {
    this.number = number;
    this.session = session;
    this.plan = plan;
    this.client = new Client("", number);
    this.page = new Page();
    this.meVersion = Number.NEGATIVE_INFINITY;
    this.isAskingMe = false;
    /** @type {Set<string>} activity, round and question that need no further answer */
    this.seen = new Set();
    /** @type {Map<string, any>} the last acknowledged body by activity */
    this.acked = new Map();
    /** @type {Promise<void>[]} */
    this.underWay = [];
  }

  /** Until the end of the plan. */
  async live() {
    if (!(await this.join())) return;
    const { untilMs, tags } = this.plan;
    const changed = (frame, follower) => this.react(frame, follower);
    const how = { session: this.session, name: "poll", hold: HOLD, untilMs, tags, changed };
    this.follower = new Follower(this.client, how);
    await this.follower.run();
    await Promise.all(this.underWay);
  }

  /** A lost reply makes no ghost: the device joins again as the same person. */
  async join() {
    const body = { nickname: `Person ${this.number}`, client_id: clientId() };
    for (let failures = 1; Date.now() < this.plan.untilMs; failures += 1) {
      const path = `/sessions/${this.session}/participants`;
      const answer = await this.client.call("POST", path, { name: "join", body });
      if (answer.ok) {
        this.client.token = answer.json().participant_token;
        joined.add(1);
        return true;
      }
      await pause(afterFailure(failures, answer.retryAfterMs, Math.random()));
    }
    return false;
  }

  /** @param {any} frame @param {Follower} follower */
  react(frame, follower) {
    const { activity, me_version: meVersion } = frame;
    if (meVersion > this.meVersion) this.askMe(meVersion, follower.pollAfterMs);
    if (!this.plan.answers || activity?.status !== "active") return;
    const act = actNamed(activity.title);
    const given = act?.answer(activity);
    if (!given) return;
    const slot = `${activity.id} ${activity.round} ${given.question ?? ""}`;
    if (this.seen.has(slot)) return;
    this.seen.add(slot);
    const opensInMs = (activity.opens_at_ms ?? 0) - Date.now() - follower.clockOffsetMs;
    this.underWay.push(this.think(slot, activity, Math.max(0, opensInMs)));
  }

  /** @param {string} slot @param {any} activity @param {number} afterMs */
  async think(slot, activity, afterMs) {
    await pause(afterMs + between(QUICKEST_MS, this.plan.thinkMs));
    if (!(await this.answer(slot, activity))) return;
    const mayChange = activity.config.allow_change !== false && activity.type !== "quiz";
    if (!mayChange || this.number % CHANGES !== 0) return;
    await pause(between(QUICKEST_MS, this.plan.thinkMs / 2));
    await this.answer(slot, activity);
  }

  /** @param {string} slot @param {any} activity @returns {Promise<any>} the receipt, or null */
  async answer(slot, activity) {
    const { body, of } = actNamed(activity.title).answer(activity);
    const answer = await deliver(this.client, {
      session: this.session,
      activity: activity.id,
      body: { ...body, round: activity.round },
      tags: this.plan.tags?.(),
      giveUpMs: this.plan.untilMs + GRACE_MS,
    });
    if (answer === null) return null;
    this.page.acknowledge(slot, of);
    this.acked.set(activity.id, { type: activity.type, body });
    return answer.json();
  }

  /** @param {number} meVersion @param {number} pollAfterMs */
  async askMe(meVersion, pollAfterMs) {
    const isFirst = this.meVersion === Number.NEGATIVE_INFINITY;
    this.meVersion = meVersion;
    if (this.isAskingMe) return;
    this.isAskingMe = true;
    // Everybody's moves at once; a room must not ask at once.
    if (!isFirst) await pause(Math.random() * pollAfterMs);
    if (Date.now() < this.plan.untilMs) await this.me();
    this.isAskingMe = false;
  }

  me() {
    return this.client.call("GET", `/sessions/${this.session}/me`, { name: "me" });
  }

  /** Asks /me, when all is over, whether the server remembers what it acknowledged. */
  async check() {
    if (this.acked.size === 0) return;
    const answer = await this.me();
    const { answers = {}, log = [] } = answer.json();
    for (const [activity, { type, body }] of this.acked) {
      // A later round of poker or quiz has no answer of somebody who gave one before.
      if (type === "poker") continue;
      const isThere =
        type === "quiz"
          ? log.some(({ question, points }) => question === body.question && points !== null)
          : JSON.stringify(answers[activity]) === JSON.stringify(body);
      remembered.add(isThere);
      if (!isThere)
        console.warn(
          `/me has ${answer.status} ${JSON.stringify(answers[activity])}, not ${JSON.stringify(body)}`,
        );
    }
  }
}

/** A random UUID, version 4. */
function clientId() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))];
  hex[6] = (hex[6] & 0x0f) | 0x40;
  hex[8] = (hex[8] & 0x3f) | 0x80;
  const digits = hex.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
