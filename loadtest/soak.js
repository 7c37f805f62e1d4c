// The average event for CAJA_SOAK_MINUTES (60): nothing may grow. The latency is told for each
// tenth of the run; scripts/loadtest judges the server's memory.
//
// A virtual user plays five people at 500.

import { ANSWER_MS, POLL_MS, VISIBLE_MS } from "./lib/goals.js";
import { number } from "./lib/settings.js";
import { timeline } from "./lib/timeline.js";
import { event } from "./scenarios/event.js";

const minutes = number("CAJA_SOAK_MINUTES", 60);

export const { options, setup, audience, show, runner, teardown, handleSummary } = event(
  "soak",
  timeline({ participants: 500, seconds: minutes * 60, windows: 10 }),
  { poll: POLL_MS, answer: ANSWER_MS, visible: VISIBLE_MS },
);
