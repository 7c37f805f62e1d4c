// The average event, while its servers fail: scripts/loadtest kills the one it has started, several
// times, and starts it again on the same store; with --nodes the one of three that owns the session;
// with CAJA_URLS people go to the next node. Requests fail meanwhile and are repeated as the pages
// do; no answer may be lost or counted twice, and everybody is back soon.
//
// A virtual user plays a hundredth of the audience.

import { HAS_NODES } from "./lib/settings.js";
import { timeline } from "./lib/timeline.js";
import { event } from "./scenarios/event.js";

const all = event(
  "failover",
  timeline({ participants: 200, seconds: 60 }),
  // Whoever joins during an outage comes later, and a request may last until it is given up.
  { errors: false, steady: false },
);

/** The longest back-off, and the time in which a request counts as lost. */
const BACK_AFTER_MS = 25_000;

export const options = {
  ...all.options,
  thresholds: {
    ...all.options.thresholds,
    undelivered: ["count==0"],
    outage: [
      `p(99)<${BACK_AFTER_MS}`,
      // Without an outage nothing would have been shown. Of one node's people need not notice.
      ...(HAS_NODES ? [] : ["max>0"]),
    ],
  },
};
export const { setup, audience, show, runner, teardown, handleSummary } = all;
