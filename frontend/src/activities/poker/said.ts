// What a revealed round says, in which words. Pure: the numbers are the server's.

import type { PokerRevealedResults } from "../../api/schema";
import type { Translate } from "../../i18n/dictionary";
import type { en } from "../../i18n/runner/en";
import { campsOf } from "./verdict";

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

export function verdictOf(results: PokerRevealedResults, deck: readonly string[]): Verdict {
  const { proposal, proposal_reason, bimodal, consensus, agreement, estimate } = results;
  if (estimate !== null && (bimodal || estimate !== proposal)) {
    return { key: "verdict_settled", card: estimate };
  }
  if (bimodal) {
    const [one, other] = campsOf(results.votes, deck);
    if (one !== undefined && other !== undefined) return { key: "verdict_bimodal", one, other };
  }
  if (proposal === null || proposal_reason === "no_estimates") return { key: "verdict_none" };
  if (consensus) return { key: "verdict_consensus", card: proposal };
  if (proposal_reason === "median") return { key: "verdict_median", card: proposal };
  // Those who can't say have no part in the proposal, and may be more.
  const isMost = agreement > 0.5 && results.mode === proposal;
  return { key: isMost ? "verdict_mode" : "verdict_mode_few", card: proposal };
}

export function wordsFor(verdict: Verdict, t: Translate<typeof en>): string {
  switch (verdict.key) {
    case "verdict_bimodal":
      return t(verdict.key, { one: verdict.one, other: verdict.other });
    case "verdict_none":
      return t(verdict.key);
    default:
      return t(verdict.key, { card: verdict.card });
  }
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
