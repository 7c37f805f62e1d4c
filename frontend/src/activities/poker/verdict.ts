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

/** The two cards that stand against each other. */
export function campsOf(results: PokerRevealedResults, deck: readonly string[]): string[] {
  const cards = played(results.votes, deck);
  const most = Math.max(...cards.map(({ count }) => count));
  return cards.filter(({ count }) => count === most).map(({ card }) => card);
}

/** How large a card's letters may be: they stand in one line. */
export function sizeOf(card: string): "" | "three" | "wordy" {
  return card.length > 3 ? "wordy" : card.length > 2 ? "three" : "";
}
