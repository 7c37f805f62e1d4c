// Right or wrong, what it brought, and what would have been right.

import type {
  AnswerKey,
  AskedQuestion,
  LogEntry,
  QuizAnswered,
  QuizPresent,
} from "../../api/schema";
import { ChoiceBox } from "../../components/ChoiceBox";
import { CheckIcon, CrossIcon } from "../../components/icons";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/participant/activities";
import { optionsOf } from "./options";
import { outcomeOf } from "./outcome";

type Props = {
  question: AskedQuestion;
  answer: QuizAnswered | null;
  entry: LogEntry | undefined;
  results: QuizPresent | null;
  isWatching: boolean;
};

export function Solution({ question, answer, entry, results, isWatching }: Props) {
  const t = useT();
  const key = question.correct ?? results?.correct;
  const outcome = outcomeOf(entry, answer, key);
  const { verdict, points, streak } = outcome;
  const said =
    isWatching || verdict === "pending"
      ? t("quiz_watched")
      : t(verdict === "right" ? "quiz_right" : verdict === "wrong" ? "quiz_wrong" : "quiz_missed");
  const mood = isWatching ? "" : verdict;
  return (
    <>
      <div className={`verdict-box box ${mood}`}>
        {mood === "right" && <CheckIcon />}
        {mood === "wrong" && <CrossIcon />}
        <strong className="voice">{said}</strong>
        <span className="num">
          {verdict === "right" && points !== null && t("quiz_points", { count: points })}
          {streak > 1 && <small>{t("quiz_streak", { count: streak })}</small>}
        </span>
      </div>
      {question.kind === "numeric" ? (
        <NumericKey answer={answer} correct={key} />
      ) : (
        question.kind !== "buzzer" && (
          <Options question={question} answer={answer} correct={key} results={results} />
        )
      )}
      {question.explanation && (
        <p className="explanation" dir="auto">
          {question.explanation}
        </p>
      )}
    </>
  );
}

function Options({
  question,
  answer,
  correct,
  results,
}: {
  question: AskedQuestion;
  answer: QuizAnswered | null;
  correct: AnswerKey | undefined;
  results: QuizPresent | null;
}) {
  const t = useT();
  const right = Array.isArray(correct) ? correct : [];
  const counts = results?.counts;
  const whole = results?.answered ?? 0;
  const options = optionsOf(question, { isTrue: t("quiz_true"), isFalse: t("quiz_false") });
  return (
    <fieldset className="choices">
      <legend className="unseen">{question.prompt}</legend>
      {options.map(({ id, label }, index) => {
        const isMine = answer?.choices?.includes(id) ?? false;
        const isRight = right.includes(id);
        return (
          <ChoiceBox
            key={id}
            index={index}
            label={label}
            isChosen={isMine}
            isDisabled
            hasRoom
            result={counts ? { count: counts[id] ?? 0, whole } : undefined}
            verdict={
              isRight
                ? { isRight: true, text: t("quiz_right_answer") }
                : isMine
                  ? { isRight: false, text: t("quiz_your_answer") }
                  : undefined
            }
            onChoose={() => {}}
          />
        );
      })}
    </fieldset>
  );
}

function NumericKey({
  answer,
  correct,
}: {
  answer: QuizAnswered | null;
  correct: AnswerKey | undefined;
}) {
  const t = useT();
  const language = useLanguage();
  if (correct === undefined || Array.isArray(correct)) return null;
  const show = (value: number) => formatNumber(value, language, 10);
  const { value, tolerance } = correct;
  return (
    <>
      <p className="given box right">
        <span className="soft">{t("quiz_right_answer")}</span>
        <strong className="num">
          {tolerance > 0
            ? t("quiz_within", { value: show(value), tolerance: show(tolerance) })
            : show(value)}
        </strong>
      </p>
      {answer?.value !== undefined && (
        <p className="given box">
          <span className="soft">{t("quiz_your_answer")}</span>
          <strong className="num">{show(answer.value)}</strong>
        </p>
      )}
    </>
  );
}
