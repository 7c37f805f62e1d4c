// What each kind of poll's view gets.

import type { Draft } from "../../api/drafts";
import type { Body } from "../../api/outbox";
import type { FramePoll, PollAnswered, Results } from "../../api/schema";

export type Turn = {
  activity: FramePoll;
  answer: PollAnswered | null;
  /** The server has it. */
  isSaved: boolean;
  draft: Draft | undefined;
  canAnswer: boolean;
  send: (body: Body) => void;
  /** Null where this person may not see them, or not yet. */
  results: Results | null;
};
