// The orders of what polls show. Pure.

import type { ChoiceOption, PollRankingResults, Scale } from "../../api/schema";

export type Ranked = {
  id: string;
  label: string;
  /** Its place among the options as they were asked: letter and colour. */
  index: number;
  score: number;
  first: number;
  /** By score; ties share one. */
  place: number;
};

/** By Borda score; equal ones in the order in which they were asked. */
export function rankedOf(options: readonly ChoiceOption[], results: PollRankingResults): Ranked[] {
  const rows = options.map(({ id, label }, index) => ({
    id,
    label,
    index,
    score: results.scores[id] ?? 0,
    first: results.first[id] ?? 0,
  }));
  rows.sort((a, b) => b.score - a.score || a.index - b.index);
  return rows.map((row) => ({
    ...row,
    place: rows.findIndex(({ score }) => score === row.score) + 1,
  }));
}

/** Each step of a scale with its count, zeros included. */
export function stepsOf(
  scale: Scale,
  counts: Readonly<Record<string, number>>,
): { value: number; count: number }[] {
  const length = Math.max(0, scale.max - scale.min + 1);
  return Array.from({ length }, (_, at) => {
    const value = scale.min + at;
    return { value, count: counts[String(value)] ?? 0 };
  });
}
