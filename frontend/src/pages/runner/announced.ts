// What the big screen reads out when something happens, one text at a time. Pure.

import { askedIn } from "../../activities/asked";
import { verdictOf, wordsFor } from "../../activities/poker/said";
import { phaseAt } from "../../activities/quiz/phase";
import type { Frame } from "../../api/frame";
import type {
  FrameActivity,
  FramePoker,
  FrameQuiz,
  PokerRevealedResults,
  QuizPresent,
} from "../../api/schema";
import type { Translate } from "../../i18n/dictionary";
import { formatNumber } from "../../i18n/format";
import type { Language } from "../../i18n/language";
import type { en } from "../../i18n/runner/en";
import { screenOf, showsResults } from "./steps";

type T = Translate<typeof en>;

export function announcementOf(frame: Frame, nowMs: number, language: Language, t: T): string {
  const { activity, session } = frame;
  if (session.status === "completed") return t("over");
  if (activity === null) return "";
  switch (activity.type) {
    case "quiz":
      return ofQuiz(frame, activity, nowMs, language, t);
    case "poker":
      return cardsOf(frame, activity, t) ?? asked(activity, t);
    case "poll":
    case "wordcloud":
      return showsResults(frame) ? about(activity, t("results_label")) : asked(activity, t);
  }
}

function about(activity: FrameActivity, what: string): string {
  return `${what}: ${askedIn(activity)}`;
}

function asked(activity: FrameActivity, t: T): string {
  return activity.status === "expired" ? about(activity, t("closed")) : askedIn(activity);
}

function cardsOf({ results }: Frame, activity: FramePoker, t: T): string | null {
  if (results === null || !("votes" in results)) return null;
  const deck = activity.current?.cards ?? [];
  return wordsFor(verdictOf(results as PokerRevealedResults, deck), t);
}

function ofQuiz(frame: Frame, quiz: FrameQuiz, nowMs: number, language: Language, t: T): string {
  switch (phaseAt(quiz, nowMs)) {
    case "waiting":
      return quiz.title;
    case "countdown":
      return t("quiz_lead_in");
    case "open":
      return askedIn(quiz);
    case "closed":
      return about(quiz, t("time_over"));
    case "revealed":
      if (screenOf(frame).leaderboard) return t("leaderboard");
      return rightIn(frame, quiz, language, t);
    case "finished":
      return t("quiz_over");
  }
}

/** Who buzzed was right or wrong by what they said: there is no right answer. */
function rightIn({ results }: Frame, quiz: FrameQuiz, language: Language, t: T): string {
  const { current } = quiz;
  const key = (results as QuizPresent | null)?.correct ?? current?.question.correct;
  if (key === undefined) return about(quiz, t("results_label"));
  const options = current?.question.options ?? [];
  const right = Array.isArray(key)
    ? options.filter(({ id }) => key.includes(id)).map(({ label }) => label)
    : [formatNumber(key.value, language, 6)];
  return `${t("right_answer")}: ${right.join(", ")}`;
}
