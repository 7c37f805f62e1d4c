// An order of the options, or of the first few, made by tapping: no dragging, so that keys will do.

import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

import type { PollRankingResults } from "../../api/schema";
import { Button } from "../../components/Button";
import { CrossIcon, DownIcon, PlusIcon, UpIcon } from "../../components/icons";
import { Ladder } from "../../components/Ladder";
import { LiveRegion } from "../../components/Live";
import { letterOf, shareOf, toneOf } from "../../components/tones";
import { useT } from "../../i18n/participant/activities";
import { isSomeOf, useDraft } from "../../components/useDraft";
import { isSameOrder, move, place, takeOut } from "./ranking";
import type { Turn } from "./turn";

export function Ranking(turn: Turn) {
  const t = useT();
  const counted = turn.results as PollRankingResults | null;
  const { options } = turn.activity.config;
  const most = counted ? Math.max(...Object.values(counted.scores), 0) : 0;
  return (
    <>
      <Ordering {...turn} />
      {counted && (
        <div className="shown">
          <h2>{t("results")}</h2>
          <p className="soft">{t("responses", { count: counted.responses })}</p>
          <Ladder
            label={t("results")}
            rungs={options
              .map(({ id, label }) => ({ id, label, score: counted.scores[id] ?? 0 }))
              .sort((one, other) => other.score - one.score)
              .map(({ id, label, score }, _, all) => ({
                id,
                label,
                place: all.findIndex((each) => each.score === score) + 1,
                share: shareOf(score, most),
                value: t("ranking_points", { count: score }),
              }))}
          />
        </div>
      )}
    </>
  );
}

function Ordering({ activity, answer, isSaved, draft: kept, canAnswer, send }: Turn) {
  const t = useT();
  const { options } = activity.config;
  const given = answer !== null && "ranking" in answer ? answer.ranking : [];
  // What is being made; null: nothing but what was given.
  const isKnown = isSomeOf(options.map(({ id }) => id));
  const isSettled = (order: readonly string[]) => isSaved && isSameOrder(order, given);
  const [draft, setDraft] = useDraft(kept, isKnown, isSettled);
  const [said, setSaid] = useState("");
  const list = useRef<HTMLDivElement>(null);
  // Moving an element in the document takes the focus off it.
  const focusNext = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (focusNext.current === null) return;
    list.current?.querySelector<HTMLElement>(`[data-focus="${focusNext.current}"]`)?.focus();
    focusNext.current = null;
  });

  const order = canAnswer ? (draft ?? given) : given;
  const rest = options.filter(({ id }) => !order.includes(id));
  const labelOf = (id: string) => options.find((option) => option.id === id)?.label ?? id;
  const indexOf = (id: string) => options.findIndex((option) => option.id === id);
  const change = (next: readonly string[], id: string, focus: string) => {
    setDraft(next);
    focusNext.current = focus;
    const at = next.indexOf(id);
    const label = labelOf(id);
    setSaid(
      at < 0
        ? t("ranking_removed", { label })
        : t("ranking_moved", { label, place: at + 1, count: options.length }),
    );
  };
  const add = (id: string) => {
    const next = place(order, id);
    const following = rest[rest.findIndex((each) => each.id === id) + 1] ?? rest[0];
    const isLast = following === undefined || following.id === id;
    change(next, id, isLast ? "send" : `add-${following.id}`);
  };
  const by = (id: string, step: -1 | 1) => {
    const next = move(order, id, step);
    const isAtEnd = next[step < 0 ? 0 : next.length - 1] === id;
    change(next, id, `${isAtEnd === step < 0 ? "down" : "up"}-${id}`);
  };
  const isSent = isSameOrder(order, given);
  return (
    <div className="ordering" ref={list}>
      <p className="hint">{t("ranking_hint")}</p>
      <ol className="order" aria-label={t("ranking_yours")}>
        {order.map((id, at) => (
          <li key={id} className={`box k-${toneOf(indexOf(id))}`}>
            <span className="place num">{at + 1}</span>
            <span className="key" aria-hidden="true">
              {letterOf(indexOf(id))}
            </span>
            <bdi className="text">{labelOf(id)}</bdi>
            {canAnswer && (
              <span className="moves">
                <Move
                  focus={`up-${id}`}
                  label={t("ranking_up", { label: labelOf(id) })}
                  isDisabled={at === 0}
                  onMove={() => by(id, -1)}
                >
                  <UpIcon />
                </Move>
                <Move
                  focus={`down-${id}`}
                  label={t("ranking_down", { label: labelOf(id) })}
                  isDisabled={at === order.length - 1}
                  onMove={() => by(id, 1)}
                >
                  <DownIcon />
                </Move>
                <Move
                  focus={`out-${id}`}
                  label={t("ranking_out", { label: labelOf(id) })}
                  onMove={() => change(takeOut(order, id), id, `add-${id}`)}
                >
                  <CrossIcon />
                </Move>
              </span>
            )}
          </li>
        ))}
      </ol>
      {canAnswer && rest.length > 0 && (
        <ul className="choices" aria-label={t("ranking_rest")}>
          {rest.map(({ id, label }) => (
            <li key={id}>
              <button
                type="button"
                data-focus={`add-${id}`}
                className={`choice box k-${toneOf(indexOf(id))}`}
                onClick={() => add(id)}
              >
                <span className="key" aria-hidden="true">
                  {letterOf(indexOf(id))}
                </span>
                <bdi className="text" aria-hidden="true">
                  {label}
                </bdi>
                <span className="unseen">
                  {t("ranking_add", { label, count: order.length + 1 })}
                </span>
                <span className="tick">
                  <PlusIcon />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {canAnswer && (
        <Button
          kind="primary"
          data-focus="send"
          isDisabled={isSent || order.length === 0}
          onClick={() => send({ ranking: [...order] })}
        >
          {t(given.length > 0 ? "send_change" : "send")}
        </Button>
      )}
      <LiveRegion>{said}</LiveRegion>
    </div>
  );
}

function Move({
  focus,
  label,
  isDisabled = false,
  onMove,
  children,
}: {
  focus: string;
  label: string;
  isDisabled?: boolean;
  onMove: () => void;
  children: ReactNode;
}) {
  return (
    <Button
      kind="quiet"
      data-focus={focus}
      aria-label={label}
      isDisabled={isDisabled}
      onClick={onMove}
    >
      {children}
    </Button>
  );
}
