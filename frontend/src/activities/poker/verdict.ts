// What the cards on the table say. Pure.

import type { PokerRevealedResults } from "../../api/schema";

export type Outcome = "nothing" | "settled" | "consensus" | "apart" | "most" | "median";

/** The one thing to say first. */
export function outcomeOf(results: PokerRevealedResults): Outcome {
  if (results.estimate !== null) return "settled";
  if (results.proposal === null) return "nothing";
  if (results.consensus) return "consensus";
  if (results.bimodal) return "apart";
  return results.proposal_reason === "median" ? "median" : "most";
}

/** Played cards in the order of the deck; what no deck of ours has comes last. */
export function played(
  votes: Readonly<Record<string, number>>,
  deck: readonly string[],
): { card: string; count: number }[] {
  const at = (card: string) => (deck.includes(card) ? deck.indexOf(card) : deck.length);
  return Object.entries(votes)
    .map(([card, count]) => ({ card, count }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => at(one.card) - at(other.card));
}
