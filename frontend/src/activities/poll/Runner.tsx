// A poll on the big screen: bars, a histogram, a ranking, or a wall of what people wrote.

import "./runner-asked.css";
import "./runner-choice.css";
import "./runner-ranking.css";
import "./runner-rating.css";
import "./runner-wall.css";

import { type CSSProperties, useRef } from "react";

import type {
  FramePoll,
  PollChoiceResults,
  PollRankingResults,
  PollRatingResults,
  PollTextResults,
  Results,
  ShownText,
} from "../../api/schema";
import { Bars } from "../../components/Bars";
import { Columns } from "../../components/Columns";
import { isPacked, packing } from "../../components/packed";
import { useSteady } from "../../components/useSteady";
import { letterOf, shareOf, toneOf } from "../../components/tones";
import { formatNumber, formatPercent } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import { rankedOf, stepsOf } from "./ranks";
import { type Wall, wallOf } from "./wall";

type Props = {
  activity: FramePoll;
  results: Results | null;
  /** Whether the screen draws the results, or what can be chosen. */
  isShown: boolean;
};

/** Up to this many options are set large. */
const ROOMY = 4;

function densityOf(count: number): string {
  if (isPacked(count)) return "dense";
  return count <= ROOMY ? "roomy" : "";
}

/** Columns of the wall; texts that hang at a time; and how often it may change, to be read. */
const WALL = 3;
const HUNG = 24;
const WALL_MS = 1_000;

/** More than this at once hang without a movement each: it would be a flicker, and costs most. */
const PINNED = 4;

export function Runner({ activity, results, isShown }: Props) {
  const { kind } = activity.config;
  if (results === null || !isShown) return <Asked activity={activity} />;
  if (kind === "choice" && "counts" in results && !("mean" in results)) {
    return <Choice activity={activity} results={results as PollChoiceResults} />;
  }
  if (kind === "rating" && "mean" in results && "counts" in results) {
    return <Rating activity={activity} results={results as PollRatingResults} />;
  }
  if (kind === "ranking" && "scores" in results) {
    return <Ranking activity={activity} results={results} />;
  }
  if (kind === "text" && "latest" in results) return <TextWall results={results} />;
  return <Asked activity={activity} />;
}

/** What can be answered, while the answers stay hidden. */
function Asked({ activity }: { activity: FramePoll }) {
  const t = useT();
  const language = useLanguage();
  const { kind, options, scale, max_choices } = activity.config;
  return (
    <div className="poll-asked">
      {(kind === "choice" || kind === "ranking") && (
        <ul
          className={`options packed ${densityOf(options.length)}`}
          style={packing(options.length)}
          aria-label={t("options_label")}
        >
          {options.map(({ id, label }, index) => (
            <li key={id} className={`box k-${toneOf(index)}`}>
              <span className="key" aria-hidden="true">
                {letterOf(index)}
              </span>
              <bdi className="clamp">{label}</bdi>
            </li>
          ))}
        </ul>
      )}
      {kind === "rating" && scale !== null && (
        <div className="scale">
          <ol aria-label={t("options_label")}>
            {stepsOf(scale, {}).map(({ value }) => (
              <li key={value} className="box num">
                {formatNumber(value, language)}
              </li>
            ))}
          </ol>
          <Ends scale={scale} />
        </div>
      )}
      <p className="soft">
        {kind === "choice" && max_choices > 1 && `${t("choose_up_to", { count: max_choices })}. `}
        {t("results_hidden")}
      </p>
    </div>
  );
}

function Choice({ activity, results }: { activity: FramePoll; results: PollChoiceResults }) {
  const t = useT();
  const { options } = activity.config;
  const bars = options.map(({ id, label }) => ({ id, label, count: results.counts[id] ?? 0 }));
  return (
    <div className={`poll-bars ${densityOf(options.length)}`} style={packing(options.length)}>
      <Bars
        bars={bars}
        total={results.responses}
        label={t("results_label")}
        isCompact={isPacked(options.length)}
      />
    </div>
  );
}

function Rating({ activity, results }: { activity: FramePoll; results: PollRatingResults }) {
  const t = useT();
  const language = useLanguage();
  const { scale } = activity.config;
  if (scale === null) return null;
  const number = (value: number | null) =>
    value === null ? "–" : formatNumber(value, language, 1);
  const columns = stepsOf(scale, results.counts).map(({ value, count }) => {
    const label = formatNumber(value, language);
    const share = formatPercent(shareOf(count, results.responses), language);
    return { id: String(value), label, count, says: t("column", { label, count, share }) };
  });
  return (
    <div className="poll-rating">
      <div className="chart">
        <Columns columns={columns} label={t("results_label")} />
        <Ends scale={scale} />
      </div>
      <dl className="figures">
        <div className="box lift">
          <dt>{t("mean")}</dt>
          <dd className="num">{number(results.mean)}</dd>
        </div>
        <div className="box">
          <dt>{t("median")}</dt>
          <dd className="num">{number(results.median)}</dd>
        </div>
      </dl>
    </div>
  );
}

function Ends({ scale }: { scale: NonNullable<FramePoll["config"]["scale"]> }) {
  return (
    <p className="ends soft">
      <bdi>{scale.min_label}</bdi>
      <bdi>{scale.max_label}</bdi>
    </p>
  );
}

function Ranking({ activity, results }: { activity: FramePoll; results: PollRankingResults }) {
  const t = useT();
  const language = useLanguage();
  const ranked = rankedOf(activity.config.options, results);
  const most = Math.max(0, ...ranked.map(({ score }) => score));
  const isDense = isPacked(ranked.length);
  const perColumn = isDense ? Math.ceil(ranked.length / 2) : ranked.length;
  const placeOf = (id: string) => {
    const at = ranked.findIndex((row) => row.id === id);
    return { "--row": at % perColumn, "--column": Math.floor(at / perColumn) } as CSSProperties;
  };
  // In the document they stay in the order of asking, so that rows move and none is made anew.
  const rows = [...ranked].sort((a, b) => a.index - b.index);
  return (
    <ul
      className={`poll-ranking ${isDense ? "dense" : ""}`}
      style={packing(ranked.length)}
      aria-label={t("results_label")}
    >
      {rows.map(({ id, label, index, score, first, place }) => (
        <li key={id} className={`k-${toneOf(index)}`} style={placeOf(id)}>
          <span className="unseen">{t("rank_row", { place, label, count: score, first })}</span>
          <span className="place num" aria-hidden="true">
            {place}
          </span>
          <span className="key" aria-hidden="true">
            {letterOf(index)}
          </span>
          <bdi className="clamp" aria-hidden="true">
            {label}
          </bdi>
          <span className="track" aria-hidden="true">
            <span className="fill" style={{ "--share": shareOf(score, most) } as CSSProperties} />
          </span>
          <span className="n" aria-hidden="true">
            <span className="num">{formatNumber(score, language)}</span>
            <small>{t("first_places", { count: first })}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

function TextWall({ results }: { results: PollTextResults }) {
  const t = useT();
  const drawn = useRef<readonly ShownText[] | null>(null);
  const wall = useRef<Wall>({ columns: [], places: new Map(), fresh: 0 });
  const latest = useSteady(results.latest, WALL_MS);
  if (drawn.current !== latest) {
    drawn.current = latest;
    wall.current = wallOf(latest.slice(0, HUNG), wall.current, WALL);
  }
  const { columns, fresh } = wall.current;
  if (latest.length === 0) return <p className="nothing">{t("no_answers")}</p>;
  return (
    <section className={`poll-wall ${fresh > PINNED ? "calm" : ""}`} aria-label={t("wall_label")}>
      {columns.map((column, at) => (
        <ul key={at}>
          {column.map(({ item_id, text }: ShownText) => (
            <li key={item_id} className={`box ${sizeOf(text)}`}>
              <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      ))}
    </section>
  );
}

function sizeOf(text: string): "short" | "medium" | "long" {
  return text.length <= 40 ? "short" : text.length <= 140 ? "medium" : "long";
}
