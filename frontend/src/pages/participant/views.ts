// Each activity's view, fetched when it may soon be needed.

import type { ComponentType } from "react";

import type { ActivityKind, FrameActivity } from "../../api/schema";
import type { ParticipantProps } from "../../components/participate";
import { type Part, part } from "./parts";

type View = ComponentType<ParticipantProps<FrameActivity>>;

// Which view belongs to which type of activity is said by this table, not by types.
const view = (load: () => Promise<{ Participant: unknown }>): Part<View> =>
  part(async () => (await load()).Participant as View);

export const views: Record<ActivityKind, Part<View>> = {
  poll: view(() => import("../../activities/poll/Participant")),
  poker: view(() => import("../../activities/poker/Participant")),
  quiz: view(() => import("../../activities/quiz/Participant")),
  wordcloud: view(() => import("../../activities/wordcloud/Participant")),
};

/** All of them, one after the other: whoever is in may lose the network before the next. */
export async function fetchAllViews(): Promise<void> {
  for (const each of Object.values(views)) await each.fetch();
}
