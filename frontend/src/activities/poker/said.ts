// What a revealed round says, in which words. Pure: the numbers are the server's.

import type { PokerRevealedResults } from "../../api/schema";

export type Verdict =
  | {
      key: "verdict_consensus" | "verdict_mode" | "verdict_mode_few" | "verdict_median";
      card: string;
    }
  | { key: "verdict_bimodal"; one: string; other: string }
  | { key: "verdict_settled"; card: string }
  | { key: "verdict_none" };

export type Outlook =
  | { key: "outlier_bigger" | "outlier_smaller"; names: string[] }
  | { key: "outliers"; cards: string[] };

/** Names in a sentence; more are told by their cards. */
const NAMES = 2;

/** From here on agreement is green. */
export const AGREED = 0.7;

export function verdictOf(results: PokerRevealedResults): Verdict {
  const { proposal, proposal_reason, bimodal, consensus, agreement, estimate } = results;
  if (estimate !== null && (bimodal || estimate !== proposal)) {
    return { key: "verdict_settled", card: estimate };
  }
  if (bimodal) {
    const [one, other] = topCards(results.votes);
    if (one !== undefined && other !== undefined) return { key: "verdict_bimodal", one, other };
  }
  if (proposal === null || proposal_reason === "no_estimates") return { key: "verdict_none" };
  if (consensus) return { key: "verdict_consensus", card: proposal };
  if (proposal_reason === "median") return { key: "verdict_median", card: proposal };
  return { key: agreement > 0.5 ? "verdict_mode" : "verdict_mode_few", card: proposal };
}

/** Who is far from the proposal, by name where that is shown and they are few. */
export function outlookOf(results: PokerRevealedResults, deck: readonly string[]): Outlook | null {
  const { outliers, cards, proposal, bimodal, estimate } = results;
  // Once it is settled, nobody needs to look again.
  if (outliers.length === 0 || proposal === null || bimodal || estimate !== null) return null;
  const place = deck.indexOf(proposal);
  const isBigger = outliers.every((card) => deck.indexOf(card) > place);
  const isSmaller = outliers.every((card) => deck.indexOf(card) < place);
  const far = (cards ?? []).filter(({ card }) => outliers.includes(card));
  if (far.length > 0 && far.length <= NAMES && (isBigger || isSmaller)) {
    const names = far.map(({ nickname }) => nickname);
    return { key: isBigger ? "outlier_bigger" : "outlier_smaller", names };
  }
  return { key: "outliers", cards: outliers };
}

/** How often each card was played, in the order of the deck. */
export function distributionOf(
  votes: Readonly<Record<string, number>>,
  deck: readonly string[],
): { card: string; count: number }[] {
  return deck.flatMap((card) => {
    const count = votes[card] ?? 0;
    return count > 0 ? [{ card, count }] : [];
  });
}

function topCards(votes: Readonly<Record<string, number>>): string[] {
  const most = Math.max(0, ...Object.values(votes));
  return Object.keys(votes).filter((card) => votes[card] === most && card !== "?" && card !== "☕");
}
