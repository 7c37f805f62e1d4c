// What became of one person's answer to a question. Pure.

import type { AnswerKey, LogEntry, QuizAnswered } from "../../api/schema";

export type Outcome = {
  verdict: "right" | "wrong" | "missed" | "pending";
  points: number | null;
  streak: number;
};

/** The server's log decides. Until it has come, the key tells what is right, not what it is worth. */
export function outcomeOf(
  entry: LogEntry | undefined,
  answer: QuizAnswered | null,
  key: AnswerKey | undefined,
): Outcome {
  if (answer === null) return { verdict: "missed", points: entry?.points ?? 0, streak: 0 };
  if (entry !== undefined) {
    const verdict = entry.correct ? "right" : "wrong";
    return { verdict, points: entry.points, streak: entry.streak };
  }
  if (key === undefined) return { verdict: "pending", points: null, streak: 0 };
  return { verdict: isRight(answer, key) ? "right" : "wrong", points: null, streak: 0 };
}

function isRight(answer: QuizAnswered, key: AnswerKey): boolean {
  if (Array.isArray(key)) {
    const chosen = answer.choices ?? [];
    return chosen.length === key.length && key.every((id) => chosen.includes(id));
  }
  return answer.value !== undefined && Math.abs(answer.value - key.value) <= key.tolerance;
}
