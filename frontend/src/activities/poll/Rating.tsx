// A step of a scale, as buttons.

import type { CSSProperties } from "react";

import type { PollRatingResults } from "../../api/schema";
import { Bars } from "../../components/Bars";
import { Button } from "../../components/Button";
import { useT } from "../../i18n/participant/activities";
import { useDraft } from "../../components/useDraft";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import type { Turn } from "./turn";

/** As many as a phone has room for. */
const MOST_IN_A_ROW = 6;

export function Rating(turn: Turn) {
  const { activity, answer, canAnswer, send, results } = turn;
  const t = useT();
  const language = useLanguage();
  const { scale, allow_change } = activity.config;
  const steps = stepsOf(scale);
  const isStep = (kept: unknown): kept is number => steps.some((step) => step === kept);
  const [draft, setDraft] = useDraft(turn.draft, isStep, () => turn.isSaved);
  if (scale === null) return null;
  const given = answer !== null && "rating" in answer ? answer.rating : null;
  const chosen = allow_change || given !== null ? given : draft;
  const counted = results as PollRatingResults | null;
  const choose = (rating: number) => {
    if (!allow_change) setDraft(rating);
    else if (rating !== given) send({ rating });
  };
  return (
    <>
      <p className="hint">{t("rating_hint")}</p>
      <fieldset
        className={`steps ${steps.length > 12 ? "dense" : ""}`}
        style={{ "--columns": columnsOf(steps.length) } as CSSProperties}
      >
        <legend className="unseen">{activity.config.question || activity.title}</legend>
        {steps.map((step) => (
          <Button
            key={step}
            className="num step"
            aria-pressed={step === chosen}
            isDisabled={!canAnswer}
            onClick={() => choose(step)}
          >
            {formatNumber(step, language)}
            {step === scale.min && scale.min_label && (
              <span className="unseen">{scale.min_label}</span>
            )}
            {step === scale.max && scale.max_label && (
              <span className="unseen">{scale.max_label}</span>
            )}
          </Button>
        ))}
      </fieldset>
      {(scale.min_label || scale.max_label) && (
        <p className="ends" aria-hidden="true">
          <bdi>{scale.min_label}</bdi>
          <bdi>{scale.max_label}</bdi>
        </p>
      )}
      {!allow_change && canAnswer && (
        <Button
          kind="primary"
          isDisabled={draft === null}
          onClick={() => draft !== null && send({ rating: draft })}
        >
          {t("send")}
        </Button>
      )}
      {counted && (
        <div className="shown">
          <h2>
            {counted.mean === null
              ? t("no_answers")
              : t("mean", { mean: formatNumber(counted.mean, language, 1) })}
          </h2>
          <Bars
            isPlain
            label={t("results")}
            bars={steps.map((step) => ({
              id: String(step),
              label: formatNumber(step, language),
              count: counted.counts[step] ?? 0,
            }))}
          />
          <p className="soft">{t("responses", { count: counted.responses })}</p>
        </div>
      )}
    </>
  );
}

/** Rows of the same length, if it can be: five and five, not six and four. */
function columnsOf(steps: number): number {
  return Math.ceil(steps / Math.ceil(steps / MOST_IN_A_ROW));
}

function stepsOf(scale: Turn["activity"]["config"]["scale"]): number[] {
  if (scale === null) return [];
  return Array.from({ length: scale.max - scale.min + 1 }, (_, at) => scale.min + at);
}
