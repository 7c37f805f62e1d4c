// What came of an activity so far: small in the control room, in full in the report. The shape of
// the results says what they are of.

import { AGREED } from "../../activities/poker/said";
import type {
  ActivityKind,
  AnswerKey,
  ChoiceOption,
  EarlierRound,
  FrameActivity,
  LeaderboardRow,
  PokerStatistics,
  Reports,
  Results as FrameResults,
} from "../../api/schema";
import { type Bar, Bars } from "../../components/Bars";
import { useT } from "../../i18n/admin";
import { formatNumber, formatPercent } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";

/** Counts with their unit, for the charts. */
function useUnit(): (count: number) => string {
  const t = useT();
  return (count) => t("counted_votes", { count });
}

/** Words a chart can show. */
const WORDS = 20;

/** Texts that the server tells. */
const TEXTS = 50;

/** A list that ends early says so. */
function Cut({ shown, of }: { shown: number; of: number }) {
  const t = useT();
  return shown < of ? <p className="soft">{t("cut", { shown, of })}</p> : null;
}

type Any = FrameResults | Reports;

export function Results({
  type,
  activity,
  options,
  results,
}: {
  type: ActivityKind;
  /** In the control room: what is asked now. */
  activity?: FrameActivity;
  /** In the report: of a poll. */
  options?: readonly ChoiceOption[];
  results: Any;
}) {
  const t = useT();
  const unit = useUnit();
  const choices = options ?? (activity?.type === "poll" ? activity.config.options : []);
  if (type === "wordcloud" && "words" in results) {
    const bars = results.words
      .slice(0, WORDS)
      .map(({ text, count }) => ({ id: text, label: text, count }));
    return (
      <>
        <p>
          {t("answers_n", { count: results.responses })},{" "}
          {t("words_n", { count: results.distinct })}
        </p>
        <Bars label={t("results")} bars={bars} total={results.responses} isPlain unit={unit} />
        <Cut shown={bars.length} of={results.distinct} />
      </>
    );
  }
  if (type === "poll" && "responses" in results)
    return <Poll results={results} options={choices} />;
  if (type === "poker") return <Poker results={results} />;
  if (type === "quiz") return <Quiz results={results} activity={activity} />;
  return null;
}

function Poll({
  results,
  options,
}: {
  results: Extract<Any, { responses: number }>;
  options: readonly ChoiceOption[];
}) {
  const t = useT();
  const unit = useUnit();
  const language = useLanguage();
  const { responses } = results;
  const head = <p>{t("answers_n", { count: responses })}</p>;
  if ("latest" in results) {
    return (
      <>
        {head}
        <ul className="texts" aria-label={t("results")}>
          {results.latest.map(({ item_id, text }) => (
            <li key={item_id}>
              <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
        {/* Fewer are all that are not hidden. */}
        {results.latest.length >= TEXTS && <Cut shown={results.latest.length} of={responses} />}
      </>
    );
  }
  if ("scores" in results) {
    const bars = [...options].map(({ id, label }) => ({
      id,
      label,
      count: results.scores[id] ?? 0,
    }));
    const most = Math.max(1, ...bars.map(({ count }) => count));
    return (
      <>
        {head}
        <p className="soft">{t("borda")}</p>
        <Scores bars={bars} most={most} first={results.first} />
      </>
    );
  }
  if ("mean" in results) {
    const bars = Object.entries(results.counts)
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([step, count]) => ({ id: step, label: formatNumber(Number(step), language), count }));
    return (
      <>
        {head}
        {results.mean !== null && (
          <p>
            {t("mean_n", { mean: formatNumber(results.mean, language) })},{" "}
            {t("median_n", { median: formatNumber(results.median ?? 0, language) })}
          </p>
        )}
        <Bars label={t("results")} bars={bars} total={responses} isPlain unit={unit} />
      </>
    );
  }
  if (!("counts" in results)) return head;
  const bars = options.map(({ id, label }) => ({ id, label, count: results.counts[id] ?? 0 }));
  return (
    <>
      {head}
      <Bars label={t("results")} bars={bars} total={responses} unit={unit} />
    </>
  );
}

/** Points are no votes: a table says both, the points and how often first. */
function Scores({
  bars,
  most,
  first,
}: {
  bars: readonly Bar[];
  most: number;
  first: { [id: string]: number };
}) {
  const t = useT();
  const language = useLanguage();
  const order = [...bars].sort((one, other) => other.count - one.count);
  return (
    <table className="figures">
      <thead>
        <tr>
          <th scope="col">{t("option")}</th>
          <th scope="col">{t("points")}</th>
          <th scope="col">{t("first_n")}</th>
        </tr>
      </thead>
      <tbody>
        {order.map(({ id, label, count }) => (
          <tr key={id}>
            <th scope="row">
              <bdi>{label}</bdi>
              <meter min={0} max={most} value={count} aria-hidden="true" />
            </th>
            <td className="num">{formatNumber(count, language)}</td>
            <td className="num">{formatNumber(first[id] ?? 0, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Votes = { votes: { [card: string]: number }; agreement: number } & Partial<PokerStatistics>;

function Poker({ results }: { results: Any }) {
  const t = useT();
  if ("stories" in results && results.stories) {
    return (
      <ol className="reported">
        {results.stories.map((story, index) => (
          <li key={story.id ?? index}>
            <h3>
              <bdi>{story.title ?? t("no_story")}</bdi>{" "}
              {story.estimate !== null && (
                <span className="tag">{t("estimate_n", { card: story.estimate })}</span>
              )}
            </h3>
            {story.rounds.map((round) => (
              <PokerRound
                key={round.round}
                label={t("round_n", { n: round.round })}
                round={round}
              />
            ))}
          </li>
        ))}
      </ol>
    );
  }
  if (!("voted" in results) || !("total" in results)) return null;
  return (
    <>
      <p>{t("voted_of", { n: results.voted, of: results.total })}</p>
      {"votes" in results && <PokerRound label={t("results")} round={results} />}
    </>
  );
}

function PokerRound({ label, round }: { label: string; round: Votes | EarlierRound }) {
  const t = useT();
  const unit = useUnit();
  const language = useLanguage();
  const bars = Object.entries(round.votes).map(([card, count]) => ({
    id: card,
    label: card,
    count,
  }));
  const facts = [
    ...(typeof round.mean === "number"
      ? [t("mean_n", { mean: formatNumber(round.mean, language) })]
      : []),
    ...(typeof round.median === "number"
      ? [t("median_n", { median: formatNumber(round.median, language) })]
      : []),
  ];
  return (
    <div className="stack">
      <p className="notes">
        <span className={round.agreement >= AGREED ? "agreed" : undefined}>
          {t("agreement_n", { share: formatPercent(round.agreement, language) })}
        </span>
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <Bars label={label} bars={bars} isPlain unit={unit} />
    </div>
  );
}

function Quiz({ results, activity }: { results: Any; activity: FrameActivity | undefined }) {
  const t = useT();
  const question = activity?.type === "quiz" ? activity.current?.question : undefined;
  const open = "answered" in results && results.answered !== undefined ? results : null;
  const counts = "counts" in results ? results.counts : undefined;
  const key = "correct" in results ? results.correct : undefined;
  const leaderboard = "leaderboard" in results ? results.leaderboard : undefined;
  if ("questions" in results) {
    return (
      <>
        <ol className="reported">
          {results.questions.map((each) => (
            <li key={each.id}>
              <h3>
                <bdi>{each.prompt}</bdi>
              </h3>
              <p>
                {t("answers_n", { count: each.answered })}, {t("right_n", { count: each.right })}
              </p>
              {each.counts && (
                <Counts
                  label={each.prompt}
                  options={each.options}
                  counts={each.counts as { [id: string]: number }}
                  answerKey={each.correct ?? undefined}
                  total={each.answered}
                />
              )}
            </li>
          ))}
        </ol>
        {leaderboard && leaderboard.length > 0 && <Leaderboard rows={leaderboard} />}
      </>
    );
  }
  return (
    <>
      {open && <p>{t("answered_of", { n: open.answered ?? 0, of: open.total ?? 0 })}</p>}
      {counts && question && (
        <Counts
          label={t("results")}
          options={question.options}
          counts={counts}
          answerKey={key}
          total={open?.answered ?? 0}
        />
      )}
      {leaderboard && leaderboard.length > 0 && <Leaderboard rows={leaderboard} />}
    </>
  );
}

function Counts({
  label,
  options,
  counts,
  answerKey,
  total,
}: {
  label: string;
  options: readonly ChoiceOption[];
  counts: { [id: string]: number };
  answerKey: AnswerKey | undefined;
  total: number;
}) {
  const t = useT();
  const unit = useUnit();
  const language = useLanguage();
  if (options.length === 0) {
    const bars = Object.entries(counts).map(([value, count]) => ({
      id: value,
      label: formatNumber(Number(value), language, 6),
      count,
    }));
    const counted = bars.reduce((sum, { count }) => sum + count, 0);
    return (
      <>
        {answerKey && !Array.isArray(answerKey) && (
          <p>{t("right_is", { value: formatNumber(answerKey.value, language, 6) })}</p>
        )}
        {bars.length > 0 && <Bars label={label} bars={bars} total={total} isPlain unit={unit} />}
        {bars.length > 0 && <Cut shown={counted} of={total} />}
      </>
    );
  }
  const right = Array.isArray(answerKey) ? answerKey : [];
  const bars = options.map((option) => ({
    id: option.id,
    label: labelOf(t, option),
    count: counts[option.id] ?? 0,
    isCorrect: right.includes(option.id),
  }));
  return <Bars label={label} bars={bars} total={total} unit={unit} />;
}

/** What the server fills in for true and false is English. */
function labelOf(t: ReturnType<typeof useT>, { id, label }: ChoiceOption): string {
  if (id === "true" && label === "True") return t("true");
  if (id === "false" && label === "False") return t("false");
  return label;
}

function Leaderboard({ rows }: { rows: readonly LeaderboardRow[] }) {
  const t = useT();
  const language = useLanguage();
  return (
    <table className="figures">
      <caption>{t("leaderboard")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("rank")}</th>
          <th scope="col">{t("nickname")}</th>
          <th scope="col">{t("points")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ participant_id, nickname, score, rank }) => (
          <tr key={participant_id}>
            <td className="num">{formatNumber(rank, language)}</td>
            <th scope="row">
              <bdi>{nickname ?? t("unnamed")}</bdi>
            </th>
            <td className="num">{formatNumber(score, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
