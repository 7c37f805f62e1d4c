// What the big screen reads out when something happens, one text at a time. Pure.

import { askedIn } from "../../activities/asked";
import { verdictOf, wordsFor } from "../../activities/poker/said";
import { phaseAt } from "../../activities/quiz/phase";
import type { Frame } from "../../api/frame";
import type { FramePoker, FrameQuiz, PokerRevealedResults, QuizPresent } from "../../api/schema";
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
      return cardsOf(frame, activity, t) ?? asked(frame, t);
    case "poll":
    case "wordcloud":
      return showsResults(frame) ? about(frame, t("results_label")) : asked(frame, t);
  }
}

function about({ activity }: Frame, what: string): string {
  return `${what}: ${activity === null ? "" : askedIn(activity)}`;
}

function asked(frame: Frame, t: T): string {
  const { activity } = frame;
  if (activity?.status === "expired") return about(frame, t("closed"));
  return activity === null ? "" : askedIn(activity);
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
      return about(frame, t("time_over"));
    case "revealed":
      if (screenOf(frame).leaderboard) return t("leaderboard");
      return rightIn(frame, quiz, language, t);
    case "finished":
      return t("quiz_over");
  }
}

/** Who buzzed was right or wrong by what they said: there is no right answer. */
function rightIn(frame: Frame, { current }: FrameQuiz, language: Language, t: T): string {
  const key = (frame.results as QuizPresent | null)?.correct ?? current?.question.correct;
  if (key === undefined) return about(frame, t("results_label"));
  const options = current?.question.options ?? [];
  const right = Array.isArray(key)
    ? options.filter(({ id }) => key.includes(id)).map(({ label }) => label)
    : [formatNumber(key.value, language, 6)];
  return `${t("right_answer")}: ${right.join(", ")}`;
}
