// Presses a control of the shown activity, for the round that is shown.

import { useRef } from "react";

import type { LiveSession } from "../../../api/live";
import type { FrameActivity } from "../../../api/schema";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { api, callAs } from "../server";

type Pressed = { action: string } & Record<string, unknown>;

/** Whether it was done; false also for what is under way already. */
export type Press = (body: Pressed) => Promise<boolean>;

export function useControl(live: LiveSession, activity: FrameActivity): Press {
  const t = useT();
  const underWay = useRef(new Set<string>());
  return async (body) => {
    const name = JSON.stringify([body, activity.round]);
    if (underWay.current.has(name)) return false;
    underWay.current.add(name);
    const path = { id: live.id, aid: activity.id };
    // The action and what comes with it fit the type: they were chosen by it.
    const sent = { ...body, round: activity.round } as never;
    const asked = await callAs<unknown>(
      api.POST("/api/v1/sessions/{id}/activities/{aid}/control", { params: { path }, body: sent }),
    );
    underWay.current.delete(name);
    // Of a round that is over: somebody pressed first, and what was meant has happened.
    if (!asked.ok && asked.problem.code !== "stale_round") complain(t, asked.problem);
    live.wake();
    return asked.ok;
  };
}
