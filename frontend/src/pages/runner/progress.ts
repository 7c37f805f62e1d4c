// How many of how many have answered, whatever is running. Pure.

import type { Frame } from "../../api/frame";

export type Answered = { done: number; of: number };

/** Null where nobody can answer: between questions, and at a quiz's end. */
export function progressOf(frame: Frame): Answered | null {
  const { activity, results, participants } = frame;
  if (activity === null) return null;
  if (results !== null && "voted" in results) return { done: results.voted, of: results.total };
  if (results !== null && "answered" in results) {
    return { done: results.answered, of: results.total };
  }
  if (results !== null && "responses" in results) {
    // People who have gone may have answered before.
    return { done: results.responses, of: Math.max(hereIn(participants), results.responses) };
  }
  return activity.type === "quiz" ? null : { done: 0, of: hereIn(participants) };
}

/** Who has gone home is waited for by nobody. */
function hereIn({ online, total }: Frame["participants"]): number {
  return online ?? total;
}
