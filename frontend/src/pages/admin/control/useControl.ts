// Presses a control of the shown activity, for the round that is shown.

import type { LiveSession } from "../../../api/live";
import type { FrameActivity } from "../../../api/schema";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { api, callAs } from "../server";

type Pressed = { action: string } & Record<string, unknown>;

export type Press = (body: Pressed) => Promise<boolean>;

export function useControl(live: LiveSession, activity: FrameActivity): Press {
  const t = useT();
  return async (body) => {
    const path = { id: live.id, aid: activity.id };
    // The action and what comes with it fit the type: they were chosen by it.
    const sent = { ...body, round: activity.round } as never;
    const asked = await callAs<unknown>(
      api.POST("/api/v1/sessions/{id}/activities/{aid}/control", { params: { path }, body: sent }),
    );
    if (!asked.ok) complain(t, asked.problem);
    live.wake();
    return asked.ok;
  };
}
