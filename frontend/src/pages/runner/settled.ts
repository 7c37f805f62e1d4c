// An estimate counts for the round it was settled in: who votes again has not settled yet. The server
// tells what was accepted for a story in this round or an earlier one, so this page remembers which.

import type { Frame } from "../../api/frame";
import type { PokerRevealedResults } from "../../api/schema";
import type { Step } from "./steps";

export type Settling = {
  /** The frame, without an estimate that an earlier round left. */
  of(frame: Frame): Frame;
  /** A step that was carried out from here. */
  done(step: Step): void;
};

export function createSettling(): Settling {
  /** What the story was settled on when its present round began. */
  let before: { round: string; estimate: string | null } | null = null;
  /** What was last seen on the table, for votes without a story. */
  let last: { story: string; estimate: string | null } | null = null;
  let settledHere = "";
  return {
    of(frame) {
      const { activity, results } = frame;
      if (activity?.type !== "poker") return frame;
      const round = roundOf(activity.id, activity.round);
      const story = `${activity.id} ${activity.current?.story?.id}`;
      const revealed = revealedIn(results);
      if (revealed === null) {
        const seen = last?.story === story ? last.estimate : null;
        before = { round, estimate: earlierOf(frame) ?? seen };
        return frame;
      }
      last = { story, estimate: revealed.estimate };
      if (revealed.estimate === null || settledHere === round) return frame;
      const known = before?.round === round ? before.estimate : undefined;
      if (isOfThisRound(revealed, known)) return frame;
      return { ...frame, results: { ...revealed, estimate: null } };
    },
    done(step) {
      if (step.do !== "control" || step.action !== "accept") return;
      settledHere = roundOf(step.activity, step.round);
    },
  };
}

/** What the present story is settled on, in whichever round; null where it is not. */
export function earlierOf({ activity, stories }: Frame): string | null {
  if (activity?.type !== "poker") return null;
  return stories?.find(({ id }) => id === activity.current?.story?.id)?.estimate ?? null;
}

/** `before`: undefined where this page was not there when the round began. */
function isOfThisRound(results: PokerRevealedResults, before: string | null | undefined): boolean {
  const { estimate, proposal, bimodal, rounds } = results;
  // Only what was revealed can be settled.
  if (rounds.length === 0) return true;
  if (before === undefined) return !bimodal;
  return estimate !== before || (estimate === proposal && !bimodal);
}

function revealedIn(results: Frame["results"]): PokerRevealedResults | null {
  return results !== null && "votes" in results ? (results as PokerRevealedResults) : null;
}

function roundOf(activity: string, round: number): string {
  return `${activity} ${round}`;
}
