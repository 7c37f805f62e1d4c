// A quiz on the big screen: lead-in, question and countdown, what was answered, who leads, podium.

import "./runner.css";

import type { AskedQuestion, FrameQuiz, QuizPresent, Results } from "../../api/schema";
import { Bars } from "../../components/Bars";
import { Countdown, useLeft } from "../../components/Countdown";
import { secondsLeft } from "../../components/countdown";
import { isPacked, packing } from "../../components/packed";
import { letterOf, toneOf } from "../../components/tones";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import { answeredOf } from "./answers";
import { Buzzers, type OnJudge } from "./Buzzers";
import type { Verdicts } from "./buzzers";
import { phaseAt } from "./phase";
import { Leaderboard, Podium } from "./Standings";

type Props = {
  activity: FrameQuiz;
  results: Results | null;
  now: () => number;
  /** Whether the leaderboard has the screen. */
  isLeaderboard: boolean;
  /** Of who buzzed. */
  verdicts: Verdicts;
  onJudge: OnJudge;
};

/** Explanations longer than this stand below, not beside. */
const LONG = 90;

/** Numbers that were answered: more than these stand close. */
const NUMBERS = 2;

export function Runner({ activity, results, now, isLeaderboard, verdicts, onJudge }: Props) {
  const t = useT();
  // Drawn again when the countdown ends and when the time does, by the clock and not by a frame.
  useLeft(activity.opens_at_ms ?? 0, now);
  useLeft(activity.ends_at_ms ?? 0, now);
  const present = (results ?? {}) as Partial<QuizPresent>;
  const phase = phaseAt(activity, now());
  const { current } = activity;
  if (phase === "finished") return <Podium rows={present.leaderboard ?? []} />;
  if (phase === "waiting" || current === undefined) {
    return (
      <div className="quiz-ready">
        <p className="voice huge">{t("quiz_ready")}</p>
        <p className="soft">{t("quiz_ready_help")}</p>
      </div>
    );
  }
  if (phase === "countdown") return <LeadIn opensAtMs={activity.opens_at_ms ?? 0} now={now} />;
  if (phase === "revealed" && isLeaderboard && present.leaderboard !== undefined) {
    return <Leaderboard rows={present.leaderboard} />;
  }
  return (
    <Question
      activity={activity}
      question={current.question}
      phase={phase}
      present={present}
      now={now}
      verdicts={verdicts}
      onJudge={onJudge}
    />
  );
}

function LeadIn({ opensAtMs, now }: { opensAtMs: number; now: () => number }) {
  const t = useT();
  const seconds = secondsLeft(useLeft(opensAtMs, now));
  return (
    <div className="quiz-lead-in" role="timer" aria-label={t("quiz_lead_in")}>
      <span key={seconds} className="num">
        {seconds}
      </span>
    </div>
  );
}

type QuestionProps = {
  activity: FrameQuiz;
  question: AskedQuestion;
  phase: FrameQuiz["phase"];
  present: Partial<QuizPresent>;
  now: () => number;
  verdicts: Verdicts;
  onJudge: OnJudge;
};

function Question(props: QuestionProps) {
  const { activity, question, phase, present, now, verdicts, onJudge } = props;
  const t = useT();
  const isRevealed = phase === "revealed";
  const totalMs = question.time_limit_s * 1000;
  const { explanation = "" } = question;
  const isLong = explanation.length > LONG;
  return (
    <div className={`quiz-question ${isRevealed ? "revealed" : ""}`}>
      <div className="asked">
        {question.kind === "buzzer" ? (
          <Buzzers
            order={present.order ?? []}
            verdicts={verdicts}
            {...(isRevealed ? {} : { onJudge })}
          />
        ) : isRevealed ? (
          <Outcome question={question} present={present} />
        ) : (
          <Options question={question} />
        )}
      </div>
      <div className="beside">
        {phase === "open" && activity.ends_at_ms !== undefined && (
          <Countdown endsAtMs={activity.ends_at_ms} totalMs={totalMs} now={now} />
        )}
        {phase === "closed" && <p className="stamp box">{t("time_over")}</p>}
        {isRevealed && <Fastest present={present} />}
        {isRevealed && !isLong && explanation !== "" && <Explanation text={explanation} />}
      </div>
      {isRevealed && isLong && <Explanation text={explanation} />}
    </div>
  );
}

function Options({ question }: { question: AskedQuestion }) {
  const t = useT();
  if (question.kind === "numeric") {
    return (
      <p className="blank box num" aria-hidden="true">
        ?
      </p>
    );
  }
  const { options } = question;
  return (
    <ul
      className={`quiz-options packed ${isPacked(options.length) ? "dense" : ""}`}
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
  );
}

function Outcome({
  question,
  present,
}: {
  question: AskedQuestion;
  present: Partial<QuizPresent>;
}) {
  const t = useT();
  const language = useLanguage();
  const correct = present.correct ?? question.correct;
  const answered = answeredOf(question, present.counts ?? {}, correct);
  const isNumeric = question.kind === "numeric";
  const bars = answered.map((bar) =>
    isNumeric ? { ...bar, label: formatNumber(Number(bar.label), language, 6) } : bar,
  );
  return (
    <>
      {isNumeric && correct !== undefined && !Array.isArray(correct) && (
        <p className="right-number box">
          <span>{t("right_answer")}</span>
          <b className="num">
            {correct.tolerance > 0
              ? t("right_number_within", {
                  value: formatNumber(correct.value, language, 6),
                  tolerance: formatNumber(correct.tolerance, language, 6),
                })
              : t("right_number", { value: formatNumber(correct.value, language, 6) })}
          </b>
        </p>
      )}
      <div className="quiz-bars" style={packing(bars.length)}>
        <Bars
          bars={bars}
          total={present.answered ?? 0}
          label={t("results_label")}
          isPlain={isNumeric}
          isCompact={isNumeric ? bars.length > NUMBERS : isPacked(bars.length)}
        />
      </div>
    </>
  );
}

function Explanation({ text }: { text: string }) {
  return (
    <p className="explanation box">
      <bdi>{text}</bdi>
    </p>
  );
}

function Fastest({ present }: { present: Partial<QuizPresent> }) {
  const t = useT();
  const language = useLanguage();
  const fastest = present.fastest ?? [];
  if (fastest.length === 0) return <p className="soft">{t("nobody_right")}</p>;
  return (
    <section className="fastest box lift">
      <h2>{t("fastest")}</h2>
      <ol>
        {fastest.map(({ participant_id, nickname, ms }) => (
          <li key={participant_id}>
            <bdi>{nickname ?? t("somebody")}</bdi>
            <span className="num">
              {t("in_seconds", { seconds: formatNumber(ms / 1000, language, 2) })}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
