// The activities in their order, which buttons change.

import { useLayoutEffect, useRef, useState } from "react";

import type { ActivityResource, SessionDetail } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Confirm } from "../../../components/Dialog";
import { CopyIcon, DownIcon, TrashIcon, UpIcon } from "../../../components/icons";
import { LiveRegion } from "../../../components/Live";
import { moved } from "../../../components/order";
import { toast } from "../../../components/Toast";
import { useT } from "../../../i18n/admin";
import { bodyOf, type Draft, dropDraft, isDirty } from "../drafts";
import { complain } from "../complain";
import { api, call, callAs, ifMatch, type Trouble } from "../server";
import { StatusChip } from "../StatusChip";
import type { Loaded } from "../useLoaded";

type Props = {
  session: SessionDetail;
  detail: Loaded<SessionDetail>;
  entries: readonly Draft[];
  current: string | null;
  onChoose: (key: string | null) => void;
};

export function ActivityList({ session, detail, entries, current, onChoose }: Props) {
  const t = useT();
  const list = useRef<HTMLOListElement>(null);
  const aim = useRef<string | null>(null);
  const [said, say] = useState("");
  const [doomed, doom] = useState<Draft | null>(null);
  const moves = useRef(Promise.resolve());
  const latest = useRef(session);
  latest.current = session;
  const isOver = session.status === "completed";
  useLayoutEffect(() => {
    if (aim.current === null) return;
    const button = list.current?.querySelector<HTMLElement>(aim.current);
    if (!button) return;
    aim.current = null;
    button.focus();
  });
  const named = ({ written }: Draft) => written.title.trim() || t("untitled");
  const failed = (trouble: Trouble) => {
    complain(t, trouble);
    if (trouble.code === "stale_revision") void detail.reload();
  };

  // Presses that come faster than the server answers are done one after the other.
  const move = (draft: Draft, by: -1 | 1) => {
    moves.current = moves.current.then(() => moveOnce(draft, by));
  };
  const moveOnce = async (draft: Draft, by: -1 | 1) => {
    const before = latest.current;
    const from = before.activities.findIndex(({ id }) => id === draft.key);
    const to = from + by;
    if (from < 0 || to < 0 || to >= before.activities.length) return;
    const activities = moved(before.activities, from, to);
    // Shown at once; what the server says replaces it.
    detail.set({ ...before, activities });
    const isEnd = to === (by > 0 ? activities.length - 1 : 0);
    const act = by > 0 === isEnd ? "up" : "down";
    aim.current = `[data-key="${draft.key}"] [data-act="${act}"]`;
    const asked = await call(
      api.PUT("/api/v1/sessions/{id}/activities/order", {
        params: { path: { id: session.id }, header: ifMatch(before.revision) },
        body: { ids: activities.map(({ id }) => id) },
      }),
    );
    if (asked.ok)
      say(t("rows_moved", { name: named(draft), place: to + 1, of: activities.length }));
    else failed(asked.problem);
    latest.current = (await detail.reload()) ?? latest.current;
  };
  const duplicate = async (draft: Draft) => {
    const body = bodyOf(draft.written);
    const title = t("copy_of", { title: body.title }).slice(0, 300);
    const asked = await callAs<ActivityResource>(
      api.POST("/api/v1/sessions/{id}/activities", {
        params: { path: { id: session.id } },
        body: { ...body, title },
      }),
    );
    if (!asked.ok && asked.problem.status === 422) return toast(t("copy_invalid"), "bad");
    if (!asked.ok) return complain(t, asked.problem);
    await detail.reload();
    onChoose(asked.data.id);
    toast(t("duplicated"));
  };
  const remove = async (draft: Draft) => {
    if (!draft.isNew) {
      const asked = await call(
        api.DELETE("/api/v1/sessions/{id}/activities/{aid}", {
          params: { path: { id: session.id, aid: draft.key } },
        }),
      );
      if (!asked.ok && asked.problem.status !== 404) return failed(asked.problem);
    }
    dropDraft(session.id, draft.key);
    if (draft.key === current) onChoose(null);
    await detail.reload();
    toast(t("deleted"));
  };

  return (
    <>
      <ol className="activities" ref={list} aria-label={t("activities")}>
        {entries.map((draft, index) => {
          const name = named(draft);
          const status = session.activities.find(({ id }) => id === draft.key)?.status;
          const last = session.activities.length - 1;
          return (
            <li
              key={draft.key}
              data-key={draft.key}
              className={`box ${draft.key === current ? "current" : ""}`}
            >
              <button
                type="button"
                className="choose"
                aria-current={draft.key === current || undefined}
                onClick={() => onChoose(draft.key)}
              >
                <span className="title">
                  <bdi>{name}</bdi>
                </span>
                <span className="notes soft">
                  <span>{t(`type_${draft.written.type}`)}</span>
                  {status && status !== "draft" && <StatusChip status={status} />}
                  {isDirty(draft) && <span className="tag unsaved">{t("unsaved")}</span>}
                </span>
              </button>
              {!isOver && (
                <div className="acts">
                  <Button
                    kind="quiet"
                    size="small"
                    data-act="up"
                    aria-label={t("move_up", { name })}
                    isDisabled={draft.isNew || index === 0}
                    onClick={() => move(draft, -1)}
                  >
                    <UpIcon />
                  </Button>
                  <Button
                    kind="quiet"
                    size="small"
                    data-act="down"
                    aria-label={t("move_down", { name })}
                    isDisabled={draft.isNew || index >= last}
                    onClick={() => move(draft, 1)}
                  >
                    <DownIcon />
                  </Button>
                  <Button
                    kind="quiet"
                    size="small"
                    aria-label={t("duplicate_it", { name })}
                    onClick={() => void duplicate(draft)}
                  >
                    <CopyIcon />
                  </Button>
                  <Button
                    kind="quiet"
                    size="small"
                    aria-label={t("delete_it", { name })}
                    onClick={() => doom(draft)}
                  >
                    <TrashIcon />
                  </Button>
                </div>
              )}
            </li>
          );
        })}
      </ol>
      <LiveRegion>{said}</LiveRegion>
      {doomed && (
        <Confirm
          title={t("delete_activity_title")}
          action={t("delete")}
          onConfirm={() => void remove(doomed)}
          onClose={() => doom(null)}
        >
          <p>
            <bdi>{t("delete_activity_text", { name: named(doomed) })}</bdi>
          </p>
        </Confirm>
      )}
    </>
  );
}
