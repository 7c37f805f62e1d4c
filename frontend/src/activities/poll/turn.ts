// What each kind of poll's view gets.

import type { Body } from "../../api/outbox";
import type { FramePoll, PollAnswered, Results } from "../../api/schema";

export type Turn = {
  activity: FramePoll;
  answer: PollAnswered | null;
  canAnswer: boolean;
  send: (body: Body) => void;
  /** Null where this person may not see them, or not yet. */
  results: Results | null;
};
