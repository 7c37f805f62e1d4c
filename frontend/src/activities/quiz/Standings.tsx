// Who leads, with how they moved since the last question; and the podium at the end.

import "./podium.css";
import "./standings.css";

import type { CSSProperties } from "react";

import type { LeaderboardRow } from "../../api/schema";
import { DownIcon, UpIcon } from "../../components/icons";
import { shareOf } from "../../components/tones";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";

/** Rows on the big screen. */
const TOP = 5;

/** On the podium; ties may share a step. */
const STEPS = 3;

/** Rows come from at most this far: from outside the picture is far enough. */
const FARTHEST = TOP;

export function Leaderboard({ rows }: { rows: readonly LeaderboardRow[] }) {
  const t = useT();
  const most = Math.max(0, ...rows.map(({ score }) => score));
  return (
    <section className="standings">
      {rows.length === 0 && <p className="nothing">{t("nobody_scored")}</p>}
      <ol className="rows" aria-label={t("leaderboard")}>
        {rows.slice(0, TOP).map((row) => (
          <Row key={row.participant_id} row={row} most={most} />
        ))}
      </ol>
    </section>
  );
}

function Row({ row, most }: { row: LeaderboardRow; most: number }) {
  const t = useT();
  const language = useLanguage();
  const { rank, score, delta } = row;
  const name = row.nickname ?? t("somebody");
  const moved =
    delta > 0
      ? `, ${t("moved_up", { count: delta })}`
      : delta < 0
        ? `, ${t("moved_down", { count: -delta })}`
        : "";
  const from = Math.max(-FARTHEST, Math.min(FARTHEST, delta));
  const style = { "--from": from, "--share": shareOf(score, most) } as CSSProperties;
  return (
    <li className="box" style={style}>
      <span className="unseen">{t("leaderboard_row", { rank, name, count: score }) + moved}</span>
      <span className="shade" aria-hidden="true" />
      <span className="rank num" aria-hidden="true">
        {formatNumber(rank, language)}
      </span>
      <bdi className="name" aria-hidden="true">
        {name}
      </bdi>
      <span className={`moved ${delta > 0 ? "up" : delta < 0 ? "down" : ""}`} aria-hidden="true">
        {delta > 0 ? <UpIcon /> : delta < 0 ? <DownIcon /> : null}
        {delta !== 0 && formatNumber(Math.abs(delta), language)}
      </span>
      <span className="score num" aria-hidden="true">
        {formatNumber(score, language)}
      </span>
    </li>
  );
}

export function Podium({ rows }: { rows: readonly LeaderboardRow[] }) {
  const t = useT();
  const language = useLanguage();
  const best = rows.filter(({ score }) => score > 0);
  if (best.length === 0)
    return (
      <div className="quiz-ready">
        <p className="voice huge">{t("quiz_over")}</p>
      </div>
    );
  const rest = best.slice(STEPS, TOP);
  return (
    <section className="podium">
      <h2 className="unseen">{t("podium")}</h2>
      <ol className="places" aria-label={t("podium")}>
        {best.slice(0, STEPS).map(({ participant_id, nickname, rank, score }, index) => {
          const name = nickname ?? t("somebody");
          return (
            <li key={participant_id} className={`place-${index + 1} step-${Math.min(rank, STEPS)}`}>
              <span className="unseen">{t("leaderboard_row", { rank, name, count: score })}</span>
              <bdi className="name" aria-hidden="true">
                {name}
              </bdi>
              <span className="score num" aria-hidden="true">
                {formatNumber(score, language)}
              </span>
              <span className="block box num" aria-hidden="true">
                {formatNumber(rank, language)}
              </span>
            </li>
          );
        })}
      </ol>
      {rest.length > 0 && (
        <ol className="rest" aria-label={t("leaderboard")}>
          {rest.map(({ participant_id, nickname, rank, score }) => {
            const name = nickname ?? t("somebody");
            return (
              <li key={participant_id}>
                <span className="unseen">{t("leaderboard_row", { rank, name, count: score })}</span>
                <span aria-hidden="true">
                  {formatNumber(rank, language)}. <bdi>{name}</bdi>{" "}
                  <b className="num">{formatNumber(score, language)}</b>
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
