// Judging who buzzed, and remembering it in this tab: frames do not tell who was judged how.

import { useEffect, useMemo, useState } from "react";

import { type Order, turnOf, type Verdicts } from "../../activities/quiz/buzzers";
import type { Frame } from "../../api/frame";
import { tabStorage } from "../../api/storage";
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

/** By participant, for one question. */
type Judged = { question: string; verdicts: Readonly<Record<string, boolean>> };

const KEY = "caja:judged:";

const NOBODY: Judged = { question: "", verdicts: {} };

export function useJudging(frame: Frame, run: (step: Step) => Promise<boolean>): Judging {
  const t = useT();
  const { activity, session } = frame;
  const key = KEY + session.id;
  const [judged, setJudged] = useState(() => judgedIn(tabStorage.get(key)));
  useEffect(() => tabStorage.set(key, JSON.stringify(judged)), [key, judged]);
  const question = questionOf(frame);
  const verdicts = useMemo(
    (): Verdicts => new Map(Object.entries(of(judged, question).verdicts)),
    [judged, question],
  );

  async function judge(participant: string, isCorrect: boolean, name: string): Promise<void> {
    if (activity === null) return;
    const what = { action: "judge", participant_id: participant, correct: isCorrect };
    if (!(await run(control(activity, what)))) return;
    setJudged((before) => ({
      question,
      verdicts: { ...of(before, question).verdicts, [participant]: isCorrect },
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

function of(judged: Judged, question: string): Judged {
  return judged.question === question ? judged : NOBODY;
}

/** Whatever version of the page kept it. */
function judgedIn(kept: string | null): Judged {
  try {
    const { question, verdicts } = JSON.parse(kept ?? "{}") as Partial<Judged>;
    const isFit = typeof question === "string" && typeof verdicts === "object" && verdicts !== null;
    return isFit ? { question, verdicts } : NOBODY;
  } catch {
    return NOBODY;
  }
}

/** A question that is asked again is another one: its round is. */
function questionOf({ activity }: Frame): string {
  return activity === null ? "" : `${activity.id} ${activity.round}`;
}

function orderOf({ results }: Frame): Order {
  return results !== null && "order" in results ? (results.order ?? []) : [];
}
