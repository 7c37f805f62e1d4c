// Who buzzed, and whose turn it is to say the answer. Pure.

import type { QuizPresent } from "../../api/schema";

export type Order = NonNullable<QuizPresent["order"]>;
export type Buzzer = Order[number];

/** By participant: whether they were right. */
export type Verdicts = ReadonlyMap<string, boolean>;

/** Rows on the big screen. */
const ROWS = 6;

/** The first who has not been judged; null once somebody was right. */
export function turnOf(order: Order, verdicts: Verdicts): Buzzer | null {
  if (order.some(({ participant_id }) => verdicts.get(participant_id) === true)) return null;
  return order.find(({ participant_id }) => !verdicts.has(participant_id)) ?? null;
}

/** The rows to be shown, with whose turn it is among them, and their places from 1. */
export function rowsOf(order: Order, verdicts: Verdicts): { buzzer: Buzzer; place: number }[] {
  const turn = turnOf(order, verdicts);
  const at = turn === null ? 0 : order.indexOf(turn);
  // One that was judged stays above it.
  const first = Math.max(0, Math.min(at - 1, order.length - ROWS));
  return order.map((buzzer, index) => ({ buzzer, place: index + 1 })).slice(first, first + ROWS);
}
