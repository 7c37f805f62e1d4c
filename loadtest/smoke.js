// Does everything work at all? A small audience, one turn of each type, twenty seconds.
//
// A virtual user for each participant.

import { ANSWER_MS, POLL_MS, VISIBLE_MS } from "./lib/goals.js";
import { timeline } from "./lib/timeline.js";
import { event } from "./scenarios/event.js";

export const { options, setup, audience, show, runner, teardown, handleSummary } = event(
  "smoke",
  timeline({ participants: 20, seconds: 20 }),
  { poll: POLL_MS, answer: ANSWER_MS, visible: VISIBLE_MS },
);
