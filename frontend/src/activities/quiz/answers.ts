// What was answered to a question, as its chart shows it. Pure.

import type { AskedQuestion } from "../../api/schema";

export type Answered = { id: string; label: string; count: number; isCorrect: boolean };

/** Different numbers that are shown; the rest would be one each. */
const NUMBERS = 6;

export function answeredOf(
  question: AskedQuestion,
  counts: Readonly<Record<string, number>>,
  correct: AskedQuestion["correct"],
): Answered[] {
  if (question.kind === "numeric") return numbersOf(counts, correct);
  const right = Array.isArray(correct) ? correct : [];
  return question.options.map(({ id, label }) => ({
    id,
    label,
    count: counts[id] ?? 0,
    isCorrect: right.includes(id),
  }));
}

/** The most frequent ones, in the order of their values. */
function numbersOf(
  counts: Readonly<Record<string, number>>,
  correct: AskedQuestion["correct"],
): Answered[] {
  const key = correct === undefined || Array.isArray(correct) ? null : correct;
  return Object.entries(counts)
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || Number(a) - Number(b))
    .slice(0, NUMBERS)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([value, count]) => ({
      id: value,
      label: value,
      count,
      isCorrect: key !== null && Math.abs(Number(value) - key.value) <= key.tolerance,
    }));
}
