// An ordinary event: 500 people who poll every two seconds or so, all types, for two minutes.
// PARTICIPANTS=5000 or 20000 is a large one; PARTICIPANTS=50000 SESSIONS=1000 are a thousand of 50.
//
// A virtual user plays five people at 500, and a hundredth of the audience at larger sizes.

import { ANSWER_MS, POLL_MS, VISIBLE_MS } from "./lib/goals.js";
import { timeline } from "./lib/timeline.js";
import { event } from "./scenarios/event.js";

export const { options, setup, audience, show, runner, teardown, handleSummary } = event(
  "average",
  timeline({ participants: 500, seconds: 120 }),
  { poll: POLL_MS, answer: ANSWER_MS, visible: VISIBLE_MS },
);
