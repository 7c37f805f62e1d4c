// What is read out when something happens, one text at a time. Pure.

import { askedIn } from "../../activities/asked";
import { wordsFor } from "../../activities/poker/verdict";
import { outcomeOf } from "../../activities/quiz/outcome";
import { phaseAt } from "../../activities/quiz/phase";
import type { Frame } from "../../api/frame";
import type {
  FrameActivity,
  FrameQuiz,
  MeResource,
  PokerRevealedResults,
  QuizAnswered,
  QuizPresent,
} from "../../api/schema";
import type { Translate } from "../../i18n/dictionary";
import type { en as activities } from "../../i18n/participant/activities/en";
import type { en as room } from "../../i18n/participant/room/en";

export type Ts = { room: Translate<typeof room>; activities: Translate<typeof activities> };

export function announcementOf(frame: Frame, me: MeResource | null, nowMs: number, t: Ts): string {
  const { activity, session } = frame;
  if (session.status === "completed") return t.room("over_title");
  if (activity === null) return "";
  if (activity.type === "quiz") return ofQuiz({ ...frame, activity }, me, nowMs, t);
  return resultOf({ ...frame, activity }, t) ?? begun(activity, t);
}

function begun(activity: FrameActivity, t: Ts): string {
  return t.room("new_activity", { title: askedIn(activity) });
}

/** Results that were there from the start are no news. */
function resultOf({ activity, results }: Frame & { activity: FrameActivity }, t: Ts) {
  const isOver = activity.status === "expired";
  if (results !== null && (activity.revealed || isOver)) {
    return "votes" in results
      ? wordsFor(results as PokerRevealedResults, t.activities)
      : t.activities("said_results");
  }
  return isOver ? t.room("said_over") : null;
}

function ofQuiz(frame: Frame & { activity: FrameQuiz }, me: Me, nowMs: number, t: Ts): string {
  const { activity } = frame;
  switch (activity.status === "active" ? phaseAt(activity, nowMs) : "finished") {
    case "waiting":
    case "open":
      return begun(activity, t);
    case "countdown":
      return t.activities("quiz_lead_in");
    case "closed":
      return t.activities("said_time_up");
    case "revealed":
      return verdictOn(frame, me, t);
    case "finished":
      return t.activities("quiz_finished");
  }
}

type Me = MeResource | null;

/** Nothing until `/me` knows of the reveal: what it says before is of an earlier question. */
function verdictOn({ activity, me_version, results }: Frame, me: Me, t: Ts): string {
  const question = activity?.type === "quiz" ? activity.current?.question : undefined;
  if (activity === null || question === undefined) return "";
  if (me === null || me.me_version < me_version || me.spectator) return "";
  const known = me.answers[activity.id] as QuizAnswered | undefined;
  const answer = known?.question === question.id ? known : null;
  const entry = me.log.find((each) => each.question === question.id);
  const key = question.correct ?? (results as QuizPresent | null)?.correct;
  const { verdict, points } = outcomeOf(entry, answer, key);
  switch (verdict) {
    case "right":
      return t.activities("said_right", { count: points ?? 0 });
    case "wrong":
      return t.activities("said_wrong");
    case "missed":
      return t.activities("said_missed");
    case "pending":
      return "";
  }
}
