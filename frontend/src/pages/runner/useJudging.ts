// Judging who buzzed, and remembering it: frames do not tell who was judged how.

import { useState } from "react";

import { type Order, turnOf, type Verdicts } from "../../activities/quiz/buzzers";
import type { Frame } from "../../api/frame";
import { toast } from "../../components/Toast";
import { useT } from "../../i18n/runner";
import { control, type Step } from "./steps";

export type Judging = {
  /** Of the present question. */
  verdicts: Verdicts;
  judge: (participant: string, isCorrect: boolean, name: string) => void;
  /** Whoever's turn it is; nothing where it is nobody's. */
  judgeNext: (frame: Frame, isCorrect: boolean) => void;
};

const NONE: Verdicts = new Map();

export function useJudging(frame: Frame, run: (step: Step) => Promise<boolean>): Judging {
  const t = useT();
  const [judged, setJudged] = useState({ question: "", verdicts: NONE });
  const { activity } = frame;
  const question = questionOf(frame);
  const verdicts = judged.question === question ? judged.verdicts : NONE;

  async function judge(participant: string, isCorrect: boolean, name: string): Promise<void> {
    if (activity === null) return;
    const what = { action: "judge", participant_id: participant, correct: isCorrect };
    if (!(await run(control(activity, what)))) return;
    setJudged((before) => ({
      question,
      verdicts: new Map(before.question === question ? before.verdicts : NONE).set(
        participant,
        isCorrect,
      ),
    }));
    toast(t(isCorrect ? "judged_right" : "judged_wrong", { name }));
  }

  return {
    verdicts,
    judge: (...what) => void judge(...what),
    judgeNext(now, isCorrect) {
      // What the presenter saw is what is judged.
      if (questionOf(now) !== question || now.activity?.phase === "revealed") return;
      const next = turnOf(orderOf(now), verdicts);
      if (next === null) return;
      void judge(next.participant_id, isCorrect, next.nickname ?? t("somebody"));
    },
  };
}

/** A question that is asked again is another one: its round is. */
function questionOf({ activity }: Frame): string {
  return activity === null ? "" : `${activity.id} ${activity.round}`;
}

function orderOf({ results }: Frame): Order {
  return results !== null && "order" in results ? (results.order ?? []) : [];
}
