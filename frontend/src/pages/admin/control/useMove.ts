// Moves an activity on: announced, started, ended, reopened.

import type { LiveSession } from "../../../api/live";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { api, callAs } from "../server";

export type Move = "publish" | "unpublish" | "activate" | "expire" | "reopen";

export function useMove(live: LiveSession): (aid: string, to: Move) => Promise<void> {
  const t = useT();
  return async (aid, to) => {
    const params = { params: { path: { id: live.id, aid } } };
    const asked = await callAs<unknown>(request(to, params));
    if (!asked.ok) complain(t, asked.problem);
    live.wake();
  };
}

function request(to: Move, params: { params: { path: { id: string; aid: string } } }) {
  switch (to) {
    case "publish":
      return api.POST("/api/v1/sessions/{id}/activities/{aid}/publish", params);
    case "unpublish":
      return api.POST("/api/v1/sessions/{id}/activities/{aid}/unpublish", params);
    case "activate":
      return api.POST("/api/v1/sessions/{id}/activities/{aid}/activate", params);
    case "expire":
      return api.POST("/api/v1/sessions/{id}/activities/{aid}/expire", params);
    case "reopen":
      return api.POST("/api/v1/sessions/{id}/activities/{aid}/reopen", params);
  }
}
