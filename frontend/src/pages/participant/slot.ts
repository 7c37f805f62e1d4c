// Where an answer to an activity belongs. Pure.

import { askedIn } from "../../activities/asked";
import type { Slot } from "../../api/outbox";
import type { FrameActivity } from "../../api/schema";

export function slotOf(session: string, activity: FrameActivity): Slot {
  const question = activity.type === "quiz" ? activity.current?.question.id : undefined;
  return {
    session,
    activity: activity.id,
    round: activity.round,
    about: askedIn(activity),
    ...(question === undefined ? {} : { question }),
  };
}
