// A quiz on the phone: before it begins, the lead-in, the question, and what became of the answer.

import "./participant.css";

import type { FrameQuiz, QuizAnswered, QuizPresent } from "../../api/schema";
import { AnswerBar } from "../../components/AnswerBar";
import { Countdown } from "../../components/Countdown";
import { fate, given, type ParticipantProps } from "../../components/participate";
import { useIsPast } from "../../components/useIsPast";
import { useT } from "../../i18n/participant/activities";
import { Answering } from "./Answering";
import { phaseAt } from "./phase";
import { Solution } from "./Solution";
import { Standing } from "./Standing";

export function Participant(props: ParticipantProps<FrameQuiz>) {
  const { activity, me, letter, now, isPreview } = props;
  const { config, current } = activity;
  const t = useT();
  useIsPast(activity.opens_at_ms, now);
  useIsPast(activity.ends_at_ms, now);
  const phase = activity.status === "active" ? phaseAt(activity, now()) : "finished";
  const question = current?.question;
  const answered = me?.answers[activity.id] as QuizAnswered | undefined;
  // `/me` has the last answer, which may be one to the question before.
  const known = answered?.question === question?.id ? answered : undefined;
  const answer = question === undefined ? null : given(letter, known);
  const results = (props.results ?? null) as QuizPresent | null;
  const isWatching = me?.spectator ?? false;

  if (phase === "waiting" || phase === "finished" || current === undefined || !question) {
    return (
      <section className="activity quiz">
        <h1 dir="auto">{activity.title}</h1>
        <p>{t(phase === "finished" ? "quiz_finished" : "quiz_waiting")}</p>
        {phase === "finished" && <Standing me={me} rows={results?.leaderboard} />}
      </section>
    );
  }

  const isRevealed = phase === "revealed";
  const hint =
    phase === "closed" && answer === null ? t("quiz_time_up") : isWatching ? t("watching") : null;
  return (
    <section className="activity quiz">
      <div className="progress">
        <p className="hint">{t("quiz_question", { count: current.index + 1, of: current.of })}</p>
        {phase === "open" && activity.ends_at_ms !== undefined && (
          <Countdown
            endsAtMs={activity.ends_at_ms}
            totalMs={question.time_limit_s * 1000}
            now={now}
          />
        )}
        {phase === "closed" && <p className="up">{t("quiz_time_up")}</p>}
        {isRevealed && me && <p className="score num">{t("quiz_score", { count: me.score })}</p>}
      </div>
      <h1 dir="auto" className={question.prompt.length > 90 ? "long" : ""}>
        {question.prompt}
      </h1>
      {phase === "countdown" && activity.opens_at_ms !== undefined && (
        <div className="lead-in">
          <p className="voice">{t("quiz_lead_in")}</p>
          <Countdown
            endsAtMs={activity.opens_at_ms}
            totalMs={Math.max(1, config.countdown_s) * 1000}
            now={now}
          />
        </div>
      )}
      {(phase === "open" || phase === "closed") && (
        <Answering
          question={question}
          answer={answer}
          isSaved={fate(letter, known)?.state === "saved"}
          draft={props.draft}
          canAnswer={phase === "open" && answer === null && !isWatching && !activity.locked}
          position={letter?.state === "saved" ? letter.position : undefined}
          send={(body) => props.send({ question: question.id, ...body }, question.id)}
        />
      )}
      {isRevealed && (
        <>
          <Solution
            question={question}
            answer={answer}
            entry={me?.log.find((entry) => entry.question === question.id)}
            results={results}
            isWatching={isWatching}
          />
          <Standing me={me} rows={results?.leaderboard} />
        </>
      )}
      {(!isRevealed || letter?.state === "refused") && (
        <AnswerBar
          letter={fate(letter, known)}
          hint={hint}
          note={answer !== null && t("quiz_wait")}
          isStill={isPreview}
        />
      )}
    </section>
  );
}
