// Poker on the big screen: cards face down, that flip at the reveal, and what they say together.

import "./runner.css";

import type { CSSProperties } from "react";

import type {
  FramePoker,
  PokerRevealedResults,
  PokerVotingResults,
  Results,
} from "../../api/schema";
import { Columns } from "../../components/Columns";
import { formatNumber, formatPercent } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import { AGREED, distributionOf, outlookOf, verdictOf, wordsFor } from "./said";

type Props = {
  activity: FramePoker;
  results: Results | null;
};

/** With more at the table the cards leave the screen to what they say together. */
const HAND = 24;

/** More cards than these are counted for the room. */
const COUNTED = 7;

/** After this many the flipping waits for nobody: it has to end. */
const FLIPPING = 12;

export function Runner({ activity, results }: Props) {
  const t = useT();
  if (results === null || !("voted" in results)) return null;
  const revealed = "votes" in results ? (results as PokerRevealedResults) : null;
  const seats = seatsOf(results, revealed);
  const isHand = seats.length > 0 && seats.length <= HAND;
  const deck = activity.current?.cards ?? [];
  return (
    <div className={`poker ${revealed === null ? "voting" : "revealed"}`}>
      {isHand && <Hand seats={seats} results={revealed} deck={deck} />}
      {seats.length === 0 && results.voted === 0 && results.total === 0 && (
        <p className="nothing">{t("nobody_votes")}</p>
      )}
      {!isHand && revealed === null && <Pile results={results} seats={seats} />}
      {revealed !== null && (
        <div className={isHand ? "outcome" : "outcome alone"}>
          {!isHand && <Distribution results={revealed} deck={deck} />}
          <VerdictBox results={revealed} deck={deck} hasCounts={isHand && seats.length > COUNTED} />
        </div>
      )}
      {revealed !== null && revealed.rounds.length > 0 && <Rounds results={revealed} />}
    </div>
  );
}

type Seat = { id: string; name: string; hasVoted: boolean; card: string | null };

function seatsOf(results: PokerVotingResults, revealed: PokerRevealedResults | null): Seat[] {
  const cards = new Map(revealed?.cards?.map((card) => [card.participant_id, card.card]));
  return (results.voters ?? []).map(({ participant_id, nickname, voted }) => ({
    id: participant_id,
    name: nickname,
    hasVoted: voted,
    card: cards.get(participant_id) ?? null,
  }));
}

function sizeOf(seats: number): string {
  if (seats <= 4) return "few";
  if (seats <= 7) return "large";
  return seats <= 14 ? "middle" : "small";
}

type HandProps = { seats: Seat[]; results: PokerRevealedResults | null; deck: string[] };

function Hand({ seats, results, deck }: HandProps) {
  const t = useT();
  const size = sizeOf(seats.length);
  const kind = (card: string | null) => {
    if (results === null || card === null) return "";
    const camps = verdictOf(results, deck);
    if (camps.key === "verdict_bimodal") {
      return card === camps.one ? "camp-one" : card === camps.other ? "camp-two" : "";
    }
    if (results.outliers.includes(card)) return "out";
    return card === (results.mode ?? results.proposal) ? "mode" : "";
  };
  return (
    <ul className={`hand ${size}`} aria-label={t("hand_label")}>
      {seats.map(({ id, name, hasVoted, card }, index) => {
        const isUp = card !== null;
        const says = isUp
          ? t("card_of", { name, card })
          : t(hasVoted ? "card_down" : "card_missing", { name });
        const style = { "--turn": Math.min(index, FLIPPING) } as CSSProperties;
        return (
          <li key={id}>
            <span className="unseen">{says}</span>
            <span
              className={`card ${hasVoted ? "down" : "missing"} ${isUp ? "up" : ""} ${kind(card)}`}
              style={style}
              aria-hidden="true"
            >
              <span className="back" />
              <span className={`face num ${(card?.length ?? 0) > 3 ? "long" : ""}`}>{card}</span>
            </span>
            <bdi className="name" aria-hidden="true">
              {name}
            </bdi>
          </li>
        );
      })}
    </ul>
  );
}

/** Too many for a card each: names with a mark, or only the pile. */
function Pile({ results, seats }: { results: PokerVotingResults; seats: Seat[] }) {
  const t = useT();
  if (seats.length === 0) {
    return (
      <div className="pile" aria-hidden="true">
        {Array.from({ length: Math.min(9, results.voted) }, (_, index) => (
          <span key={index} className="card down" style={{ "--turn": index } as CSSProperties}>
            <span className="back" />
          </span>
        ))}
      </div>
    );
  }
  return (
    <ul className="seats" aria-label={t("hand_label")}>
      {seats.map(({ id, name, hasVoted }) => (
        <li key={id} className={hasVoted ? "voted" : ""}>
          <span className="unseen">{t(hasVoted ? "card_down" : "card_missing", { name })}</span>
          <i aria-hidden="true" />
          <bdi aria-hidden="true">{name}</bdi>
        </li>
      ))}
    </ul>
  );
}

function Distribution({ results, deck }: { results: PokerRevealedResults; deck: string[] }) {
  const t = useT();
  const columns = distributionOf(results.votes, deck).map(({ card, count }) => ({
    id: card,
    label: card,
    count,
    says: t("votes_for", { card, count }),
    isMarked: card === results.mode,
  }));
  return <Columns columns={columns} label={t("distribution")} />;
}

type VerdictProps = {
  results: PokerRevealedResults;
  deck: string[];
  /** How often each card was played is told, too. */
  hasCounts: boolean;
};

function VerdictBox({ results, deck, hasCounts }: VerdictProps) {
  const t = useT();
  const language = useLanguage();
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  const verdict = verdictOf(results, deck);
  const outlook = outlookOf(results, deck);
  const { agreement, median, mean, spread, estimate, proposal } = results;
  const number = (value: number | null) =>
    value === null ? "–" : formatNumber(value, language, 1);
  const seen =
    outlook === null
      ? ""
      : outlook.key === "outliers"
        ? t(outlook.key, { cards: list.format(outlook.cards) })
        : t(outlook.key, { names: list.format(outlook.names) });
  return (
    <section className={`verdict box lift ${estimate === null ? "" : "settled"}`}>
      <p className="big num">
        {estimate === null && verdict.key === "verdict_bimodal" ? (
          <span className="camps" aria-hidden="true">
            <bdi className="camp-one">{verdict.one}</bdi>
            <bdi className="camp-two">{verdict.other}</bdi>
          </span>
        ) : (
          <bdi className={lengthOf(estimate ?? proposal)}>{estimate ?? proposal ?? "–"}</bdi>
        )}
        {estimate !== null && <span className="stamp">{t("settled")}</span>}
      </p>
      <div>
        <p>
          <b>{wordsFor(verdict, t)}</b> <bdi>{seen}</bdi>
        </p>
        <dl className="meters">
          <div className={agreement >= AGREED ? "good" : ""}>
            <dt>{t("agreement")}</dt>
            <dd className="num">
              {formatPercent(agreement, language)}
              <span className="meter" aria-hidden="true">
                <span style={{ "--share": agreement } as CSSProperties} />
              </span>
            </dd>
          </div>
          <div>
            <dt>{t("median")}</dt>
            <dd className="num">{number(median)}</dd>
          </div>
          <div>
            <dt>{t("mean")}</dt>
            <dd className="num">{number(mean)}</dd>
          </div>
          {spread !== null && (
            <div>
              <dt>{t("spread")}</dt>
              <dd className="num">{t("steps", { count: spread })}</dd>
            </div>
          )}
        </dl>
        {hasCounts && (
          <ul className="tally" aria-label={t("distribution")}>
            {distributionOf(results.votes, deck).map(({ card, count }) => (
              <li key={card}>
                <span className="unseen">{t("votes_for", { card, count })}</span>
                <bdi className="box num" aria-hidden="true">
                  {card}
                </bdi>
                <span className="num" aria-hidden="true">
                  × {formatNumber(count, language)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Decks of one's own have words on their cards. */
function lengthOf(card: string | null): string {
  return (card?.length ?? 0) > 3 ? "wordy" : "";
}

/** Rounds of the same story, told from one: the numbers of the server go on through all stories. */
function Rounds({ results }: { results: PokerRevealedResults }) {
  const t = useT();
  const language = useLanguage();
  return (
    <ul className="rounds" aria-label={t("earlier_rounds")}>
      {results.rounds.map(({ round, agreement, votes }, index) => (
        <li key={round}>
          {t("earlier_round", { round: index + 1, share: formatPercent(agreement, language) })}
          <bdi className="soft">
            {Object.entries(votes)
              .map(([card, count]) => `${card} × ${formatNumber(count, language)}`)
              .join(", ")}
          </bdi>
        </li>
      ))}
    </ul>
  );
}
