// The cards on the table: who played what, what it means, and the rounds before.

import type { EarlierRound, PokerRevealedResults } from "../../api/schema";
import { formatNumber, formatPercent } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/participant/activities";
import { campsOf, outcomeOf, played, sizeOf, wordsFor } from "./verdict";

type Props = {
  results: PokerRevealedResults;
  /** The deck. */
  cards: readonly string[];
  mine: string | null;
};

export function Revealed({ results, cards, mine }: Props) {
  const t = useT();
  const language = useLanguage();
  const outcome = outcomeOf(results);
  const card = results.estimate ?? results.proposal ?? "";
  // The middle of two camps is nobody's.
  const shown = outcome === "apart" ? campsOf(results.votes, cards).join(" · ") : card;
  const { mean, median, agreement } = results;
  return (
    <>
      <div className="outcome box">
        <strong className={`num ${shown.length > 3 ? "wordy" : ""}`} aria-hidden="true">
          {outcome === "nothing" ? "–" : <bdi>{shown}</bdi>}
        </strong>
        <div>
          <p>{wordsFor(results, t)}</p>
          <dl className="facts">
            <div>
              <dt>{t("poker_agreement")}</dt>
              <dd>{formatPercent(agreement, language)}</dd>
            </div>
            {median !== null && (
              <div>
                <dt>{t("poker_median")}</dt>
                <dd>{formatNumber(median, language)}</dd>
              </div>
            )}
            {mean !== null && (
              <div>
                <dt>{t("poker_mean")}</dt>
                <dd>{formatNumber(mean, language, 1)}</dd>
              </div>
            )}
          </dl>
        </div>
      </div>
      <Table results={results} deck={cards} mine={mine} />
      {results.rounds.length > 0 && (
        <details className="earlier">
          <summary>{t("poker_rounds", { count: results.rounds.length })}</summary>
          <ol>
            {results.rounds.map((round) => (
              <li key={round.round}>
                <Round round={round} deck={cards} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function Table({
  results,
  deck,
  mine,
}: {
  results: PokerRevealedResults;
  deck: readonly string[];
  mine: string | null;
}) {
  const t = useT();
  return (
    <ul className="played" aria-label={t("poker_played")}>
      {played(results.votes, deck).map(({ card, count }) => {
        const names = results.cards?.filter((each) => each.card === card);
        return (
          <li key={card} className={card === mine ? "mine" : ""}>
            <span className={`card box num ${sizeOf(card)}`}>
              <bdi>{card}</bdi>
            </span>
            <div>
              <strong>{t("poker_people", { count })}</strong>
              {card === mine && <span className="yours">{t("poker_yours")}</span>}
              {names && names.length > 0 && (
                <p className="names">
                  {names.map(({ participant_id, nickname }) => (
                    <bdi key={participant_id}>{nickname}</bdi>
                  ))}
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Round({ round, deck }: { round: EarlierRound; deck: readonly string[] }) {
  const t = useT();
  const language = useLanguage();
  const cards = played(round.votes, deck);
  return (
    <>
      {cards.length === 0
        ? t("no_answers")
        : cards.map(({ card, count }) => (
            <span key={card} className="count">
              <bdi className="num">{card}</bdi> × {formatNumber(count, language)}
            </span>
          ))}
      <span className="soft">
        {t("poker_agreement")} {formatPercent(round.agreement, language)}
      </span>
    </>
  );
}
