// All activities in their order, each with what moves it on.

import type { LiveSession } from "../../../api/live";
import type { Frame } from "../../../api/frame";
import type { FrameActivityEntry } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { api, callAs } from "../server";
import { StatusChip } from "../StatusChip";

type Move = "publish" | "unpublish" | "activate" | "expire" | "reopen";

const MOVES: Record<FrameActivityEntry["status"], readonly Move[]> = {
  draft: ["activate", "publish"],
  published: ["activate", "unpublish"],
  active: ["expire"],
  expired: ["reopen"],
};

export function RunList({ live, frame }: { live: LiveSession; frame: Frame }) {
  const t = useT();
  const activities = frame.activities ?? [];
  const canMove = frame.session.status === "active";
  const move = async (aid: string, to: Move) => {
    const params = { params: { path: { id: live.id, aid } } };
    const asked = await callAs<unknown>(request(to, params));
    if (!asked.ok) complain(t, asked.problem);
    live.wake();
  };
  return (
    <section className="run-list" aria-labelledby="run-list">
      <h2 id="run-list">{t("activities")}</h2>
      {activities.length === 0 && <p className="box empty">{t("no_activities_text")}</p>}
      <ol className="activities" aria-label={t("activities")}>
        {activities.map(({ id, title, type, status }) => (
          <li key={id} className={`box ${frame.activity?.id === id ? "current" : ""}`}>
            <div className="choose">
              <span className="title">
                <bdi>{title}</bdi>
              </span>
              <span className="notes soft">
                <span>{t(`type_${type}`)}</span>
                <StatusChip status={status} />
              </span>
            </div>
            {canMove && (
              <div className="acts">
                {MOVES[status].map((to) => (
                  <Button
                    key={to}
                    size="small"
                    kind={to === "activate" ? "primary" : "plain"}
                    aria-label={t(`move_${to}_it`, { name: title })}
                    onClick={() => void move(id, to)}
                  >
                    {t(`move_${to}`)}
                  </Button>
                ))}
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
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
