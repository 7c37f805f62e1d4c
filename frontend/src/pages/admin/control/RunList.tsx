// All activities in their order, each with what moves it on.

import { useState } from "react";

import type { LiveSession } from "../../../api/live";
import type { Frame } from "../../../api/frame";
import type { FrameActivityEntry } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Confirm } from "../../../components/Dialog";
import { useT } from "../../../i18n/admin";
import { StatusChip } from "../StatusChip";
import { isDone } from "./steering";
import { type Move, useMove } from "./useMove";

const MOVES: Record<FrameActivityEntry["status"], readonly Move[]> = {
  draft: ["activate", "publish"],
  published: ["activate", "unpublish"],
  active: ["expire"],
  expired: ["reopen"],
};

/** A move that ends another activity, by that one's name, as it was when the button was pressed. */
type Asked = { entry: FrameActivityEntry; to: Move; ends: string };

export function RunList({ live, frame }: { live: LiveSession; frame: Frame }) {
  const t = useT();
  const activities = frame.activities ?? [];
  const canMove = frame.session.status === "active";
  const move = useMove(live);
  const [asked, ask] = useState<Asked | null>(null);
  const running = frame.activity !== null && !isDone(frame.activity) ? frame.activity : null;
  const press = (entry: FrameActivityEntry, to: Move) => {
    const isEnding = to === "activate" || to === "reopen";
    if (isEnding && running !== null && running.id !== entry.id) {
      ask({ entry, to, ends: running.title });
    } else {
      void move(entry.id, to);
    }
  };
  return (
    <section className="run-list" aria-labelledby="run-list">
      <h2 id="run-list">{t("activities")}</h2>
      {activities.length === 0 && <p className="box empty">{t("no_activities")}</p>}
      <ol className="activities" aria-label={t("activities")}>
        {activities.map((entry) => {
          const { id, title, type, status } = entry;
          return (
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
                      onClick={() => press(entry, to)}
                    >
                      {t(`move_${to}`)}
                    </Button>
                  ))}
                </div>
              )}
            </li>
          );
        })}
      </ol>
      {asked && (
        <Confirm
          title={t("still_running_title")}
          action={t("start_all_the_same")}
          onConfirm={() => void move(asked.entry.id, asked.to)}
          onClose={() => ask(null)}
        >
          <p>
            <bdi>{t("still_running_text", { name: asked.ends, next: asked.entry.title })}</bdi>
          </p>
        </Confirm>
      )}
    </section>
  );
}
