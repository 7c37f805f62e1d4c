// Every acknowledged answer is counted once, under what it says; at the end the server's results
// must say the same. What is left over was lost (above zero) or doubled (below).

import { acknowledged, refused, unaccounted, undelivered } from "./metrics.js";

/** What one person has been told that they answered. `of`: the entries it makes. */
export class Page {
  constructor() {
    /** @type {Map<string, string[]>} by activity, round and question */
    this.entries = new Map();
  }

  /** @param {string} slot @param {string[]} of */
  acknowledge(slot, of) {
    for (const entry of this.entries.get(slot) ?? []) unaccounted.add(-1, { of: entry });
    for (const entry of of) unaccounted.add(1, { of: entry });
    this.entries.set(slot, of);
    acknowledged.add(1);
  }
}

/** @param {string} reason */
export function noteRefused(reason) {
  refused.add(1, { reason });
}

export function noteUndelivered() {
  undelivered.add(1);
}

/** What a server's results hold. @param {Record<string, number>} counts */
export function count(counts) {
  for (const [of, n] of Object.entries(counts)) unaccounted.add(-n, { of });
}

/** Every entry must come out at zero. @param {string[]} entries @returns {Record<string, string[]>} */
export function thresholds(entries) {
  const all = entries.map((of) => [`unaccounted{of:${of}}`, ["count==0"]]);
  // Without an answer there would be nothing to lose.
  return Object.fromEntries([...all, ["acknowledged", ["count>0"]]]);
}
