// Each activity's view, fetched when it may soon be needed.

import { type ComponentType, useEffect, useState } from "react";

import type { ActivityKind, FrameActivity } from "../../api/schema";
import type { ParticipantProps } from "../../components/participate";

type View = ComponentType<ParticipantProps<FrameActivity>>;

/** Until the next try, when the network failed. */
const AGAIN_MS = 2_000;

const load: Record<ActivityKind, () => Promise<{ Participant: unknown }>> = {
  poll: () => import("../../activities/poll/Participant"),
  poker: () => import("../../activities/poker/Participant"),
  quiz: () => import("../../activities/quiz/Participant"),
  wordcloud: () => import("../../activities/wordcloud/Participant"),
};

const views: Partial<Record<ActivityKind, View>> = {};
const loading: Partial<Record<ActivityKind, Promise<void>>> = {};

function fetchView(kind: ActivityKind): Promise<void> {
  loading[kind] ??= load[kind]().then(
    ({ Participant }) => {
      // Which view belongs to which type of activity is said by the table above.
      views[kind] = Participant as View;
    },
    () => {
      delete loading[kind];
    },
  );
  return loading[kind];
}

/** All of them, one after the other: whoever is in may lose the network before the next. */
export async function fetchAllViews(): Promise<void> {
  for (const kind of Object.keys(load) as ActivityKind[]) await fetchView(kind);
}

/** The view of this type, as soon as it is here. */
export function useView(kind: ActivityKind | undefined): View | null {
  const [, redraw] = useState(0);
  // It may come between the drawing and the effect; then it has to be drawn again all the same.
  const isDrawn = kind !== undefined && views[kind] !== undefined;
  useEffect(() => {
    if (kind === undefined || isDrawn) return;
    let isOver = false;
    let id: ReturnType<typeof setTimeout> | undefined;
    const attempt = async () => {
      await fetchView(kind);
      if (isOver) return;
      if (views[kind] === undefined) id = setTimeout(attempt, AGAIN_MS);
      else redraw((count) => count + 1);
    };
    void attempt();
    return () => {
      isOver = true;
      clearTimeout(id);
    };
  }, [kind, isDrawn]);
  return kind === undefined ? null : (views[kind] ?? null);
}
