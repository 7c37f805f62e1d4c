// All activities in their order, each with what moves it on.

import type { LiveSession } from "../../../api/live";
import type { Frame } from "../../../api/frame";
import type { FrameActivityEntry } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { useT } from "../../../i18n/admin";
import { StatusChip } from "../StatusChip";
import { type Move, useMove } from "./useMove";

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
  const move = useMove(live);
  return (
    <section className="run-list" aria-labelledby="run-list">
      <h2 id="run-list">{t("activities")}</h2>
      {activities.length === 0 && <p className="box empty">{t("no_activities")}</p>}
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
