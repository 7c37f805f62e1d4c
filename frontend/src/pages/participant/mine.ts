// What `/me` says, without what it said of a round that is over. Pure.

import type { Frame } from "../../api/frame";
import type { MeResource } from "../../api/schema";

/** The round that `/me` was last known to speak of. */
export type Seen = string | null;

type Known = { me: MeResource | null; seen: Seen };

/** A reset, a revote, the next story move the frame at once, and `/me` is fetched a moment later:
 * until then the answers that are held belong to the round before. */
export function mine(
  me: MeResource | null,
  frame: Pick<Frame, "me_version" | "activity">,
  seen: Seen,
): Known {
  const { activity } = frame;
  if (me === null || activity === null) return { me, seen };
  const round = `${activity.id}:${activity.round}`;
  if (me.me_version >= frame.me_version) return { me, seen: round };
  if (seen === round) return { me, seen };
  const { [activity.id]: _, ...answers } = me.answers;
  return { me: { ...me, answers }, seen };
}
