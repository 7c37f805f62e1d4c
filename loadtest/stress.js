// How far does it go? People arrive at a constant rate for as long as the run lasts, so that the
// load rises until something gives. The knee is the last tenth of the run in which polls had a p99
// below 50 ms and nothing failed. The server asks phones to poll less often before it gets slow:
// the pace is told beside it, and how late this program was itself, so that its own knee is not
// taken for the server's. What was acknowledged must be counted, whatever the load.
//
// A virtual user plays a hundredth of the audience.

import { timeline } from "./lib/timeline.js";
import { event } from "./scenarios/event.js";

/** Arrivals a second are this divided by the seconds. */
const ALL_TOLD = 12_000;
const SECONDS = 120;

export const { options, setup, audience, show, runner, teardown, handleSummary } = event(
  "stress",
  timeline({ participants: ALL_TOLD, seconds: SECONDS, joinS: SECONDS, windows: 12 }),
  { errors: false, steady: false },
  { beginsWith: 0.05 },
);
