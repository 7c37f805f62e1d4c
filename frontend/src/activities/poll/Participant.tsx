// A poll on the phone: whether it takes answers, and the kind's own way of giving one.

import "./participant.css";

import type { FramePoll, PollAnswered } from "../../api/schema";
import { AnswerBar } from "../../components/AnswerBar";
import { Asked } from "../../components/Asked";
import { fate, given, type ParticipantProps } from "../../components/participate";
import { useIsPast } from "../../components/useIsPast";
import { useT } from "../../i18n/participant/activities";
import { Choice } from "./Choice";
import { Ranking } from "./Ranking";
import { Rating } from "./Rating";
import { TextAnswer } from "./TextAnswer";

export function Participant(props: ParticipantProps<FramePoll>) {
  const { activity, me, letter, now, results } = props;
  const { config } = activity;
  const t = useT();
  const known = me?.answers[activity.id] as PollAnswered | undefined;
  const answer = given(letter, known);
  const sign = fate(letter, known);
  const isOver = useIsPast(activity.ends_at_ms, now) || activity.phase === "closed";
  const isFinal = !config.allow_change && answer !== null;
  const isWatching = me?.spectator ?? false;
  const isShown = config.results !== "after_answer" || answer !== null || isOver || isWatching;
  const turn = {
    activity,
    answer,
    isSaved: sign?.state === "saved",
    draft: props.draft,
    canAnswer: !isOver && !activity.locked && !isFinal && !isWatching,
    send: props.send,
    results: isShown ? (results ?? null) : null,
  };
  const note = isWatching
    ? t("watching")
    : activity.locked && activity.status === "active"
      ? t("locked")
      : isOver
        ? t("closed")
        : answer === null
          ? !config.allow_change && t("final_once_sent")
          : t(config.allow_change ? "can_change" : "final_answer");
  return (
    <section className="activity poll">
      <Asked endsAtMs={activity.ends_at_ms} totalS={config.duration_s} now={now}>
        {config.question || activity.title}
      </Asked>
      {config.kind === "choice" && <Choice {...turn} />}
      {config.kind === "rating" && <Rating {...turn} />}
      {config.kind === "ranking" && <Ranking {...turn} />}
      {config.kind === "text" && <TextAnswer {...turn} />}
      <AnswerBar letter={sign} note={note} isStill={props.isPreview} />
    </section>
  );
}
