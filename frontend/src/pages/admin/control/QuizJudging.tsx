// Who buzzed, in their order, and whether what they say is right.

import type { FrameQuiz, Results } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { CheckIcon, CrossIcon } from "../../../components/icons";
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
  const order = results && "order" in results ? (results.order ?? []) : [];
  if (activity.current?.question.kind !== "buzzer" || order.length === 0) return null;
  return (
    <ol className="plain-list" aria-label={t("buzzed")}>
      {order.map(({ participant_id, nickname, ms }, index) => {
        const name = nickname ?? t("somebody", { n: index + 1 });
        const judge = (correct: boolean) =>
          void press({ action: "judge", participant_id, correct });
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
                onClick={() => judge(true)}
              >
                <CheckIcon />
                {t("right")}
              </Button>
              <Button
                size="small"
                aria-label={t("judge_wrong", { name })}
                onClick={() => judge(false)}
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
