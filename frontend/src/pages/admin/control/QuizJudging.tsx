// Who buzzed, in their order, and whether what they say is right.

import { useState } from "react";

import type { Verdicts } from "../../../activities/quiz/buzzers";
import type { FrameQuiz, Results } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { CheckIcon, CrossIcon } from "../../../components/icons";
import { toast } from "../../../components/Toast";
import { useT } from "../../../i18n/admin";
import type { Press } from "./useControl";

export function QuizJudging({
  activity,
  results,
  press,
}: {
  activity: FrameQuiz;
  results: Results | null;
  press: Press;
}) {
  const t = useT();
  // Frames do not tell who was judged how; a question that is asked again is drawn anew.
  const [verdicts, setVerdicts] = useState<Verdicts>(new Map());
  // The points are given with the reveal.
  const isOver = activity.phase === "revealed";
  const order = results && "order" in results ? (results.order ?? []) : [];
  if (activity.current?.question.kind !== "buzzer" || order.length === 0) return null;
  return (
    <ol className="plain-list" aria-label={t("buzzed")}>
      {order.map(({ participant_id, nickname, ms }, index) => {
        const name = nickname ?? t("somebody", { n: index + 1 });
        const verdict = verdicts.get(participant_id);
        const judge = async (correct: boolean) => {
          if (!(await press({ action: "judge", participant_id, correct }))) return;
          setVerdicts((before) => new Map(before).set(participant_id, correct));
          toast(t(correct ? "judged_right" : "judged_wrong", { name }));
        };
        return (
          <li key={participant_id} className="row">
            <span>
              <bdi>{name}</bdi>{" "}
              <span className="soft">{t("seconds_n", { seconds: ms / 1000 })}</span>
            </span>
            <span className="acts">
              <Button
                size="small"
                aria-label={t("judge_right", { name })}
                aria-pressed={verdict === true}
                isDisabled={isOver}
                onClick={() => void judge(true)}
              >
                <CheckIcon />
                {t("right")}
              </Button>
              <Button
                size="small"
                aria-label={t("judge_wrong", { name })}
                aria-pressed={verdict === false}
                isDisabled={isOver}
                onClick={() => void judge(false)}
              >
                <CrossIcon />
                {t("wrong")}
              </Button>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
