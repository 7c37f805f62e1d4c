// Who buzzed, in their order, and the judging of what they say.

import "./buzzers.css";

import { Button } from "../../components/Button";
import { CheckIcon, CrossIcon } from "../../components/icons";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import { type Order, rowsOf, turnOf, type Verdicts } from "./buzzers";

export type OnJudge = (participant: string, isCorrect: boolean, name: string) => void;

type Props = {
  order: Order;
  verdicts: Verdicts;
  /** While it can be judged. */
  onJudge?: OnJudge;
};

export function Buzzers({ order, verdicts, onJudge }: Props) {
  const t = useT();
  const language = useLanguage();
  if (order.length === 0) return <p className="nothing">{t("nobody_buzzed")}</p>;
  const turn = turnOf(order, verdicts);
  return (
    <ol className="buzzers" aria-label={t("buzzers")}>
      {rowsOf(order, verdicts).map(({ buzzer, place }) => {
        const { participant_id, nickname, ms } = buzzer;
        const name = nickname ?? t("somebody");
        const verdict = verdicts.get(participant_id);
        const mood = verdict === undefined ? "" : verdict ? "right" : "wrong";
        return (
          <li
            key={participant_id}
            value={place}
            className={`box ${buzzer === turn ? "next" : ""} ${mood}`}
            aria-current={buzzer === turn || undefined}
          >
            <span className="num" aria-hidden="true">
              {formatNumber(place, language)}
            </span>
            <bdi>{name}</bdi>
            <span className="took">
              <span className="soft">
                {t("in_seconds", { seconds: formatNumber(ms / 1000, language, 2) })}
              </span>
              {verdict !== undefined && (
                <span className="verdict-mark">
                  <span className="unseen">{t(verdict ? "was_right" : "was_wrong")}</span>
                  {verdict ? <CheckIcon /> : <CrossIcon />}
                </span>
              )}
            </span>
            {onJudge && (
              <span className="judge">
                <Button
                  size="small"
                  aria-label={t("judge_right", { name })}
                  aria-pressed={verdict === true}
                  onClick={() => onJudge(participant_id, true, name)}
                >
                  <CheckIcon />
                </Button>
                <Button
                  size="small"
                  aria-label={t("judge_wrong", { name })}
                  aria-pressed={verdict === false}
                  onClick={() => onJudge(participant_id, false, name)}
                >
                  <CrossIcon />
                </Button>
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
