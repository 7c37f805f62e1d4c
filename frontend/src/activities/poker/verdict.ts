// What the cards on the table say. Pure.

import type { PokerRevealedResults } from "../../api/schema";
import type { Translate } from "../../i18n/dictionary";
import type { en } from "../../i18n/participant/activities/en";
import { ALWAYS } from "./decks";

export type Outcome = "nothing" | "settled" | "consensus" | "apart" | "most" | "median";

/** The one thing to say first. */
export function outcomeOf(results: PokerRevealedResults): Outcome {
  if (results.estimate !== null) return "settled";
  if (results.proposal === null) return "nothing";
  if (results.consensus) return "consensus";
  if (results.bimodal) return "apart";
  return results.proposal_reason === "median" ? "median" : "most";
}

export function wordsFor(results: PokerRevealedResults, t: Translate<typeof en>): string {
  const outcome = outcomeOf(results);
  if (outcome === "nothing" || outcome === "apart") return t(`poker_${outcome}`);
  const card = results.estimate ?? results.proposal ?? "";
  return t(outcome === "median" ? "poker_median_card" : `poker_${outcome}`, { card });
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

/** The cards that stand against each other: `?` and `☕` are on no side, however many play them. */
export function campsOf(
  votes: Readonly<Record<string, number>>,
  deck: readonly string[],
): string[] {
  const cards = played(votes, deck).filter(({ card }) => !ALWAYS.includes(card));
  const most = Math.max(...cards.map(({ count }) => count));
  return cards.filter(({ count }) => count === most).map(({ card }) => card);
}

/** How large a card's letters may be: they stand in one line. */
export function sizeOf(card: string): "" | "three" | "wordy" {
  return card.length > 3 ? "wordy" : card.length > 2 ? "three" : "";
}
