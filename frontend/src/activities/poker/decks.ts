// The decks that an editor offers, and a deck of one's own as text. Pure.

import type { Deck, NamedDeck, PokerConfigInput } from "../../api/schema";

/** As the contract lists them; each also has `?` and `☕`. */
export const DECKS: Record<NamedDeck, string> = {
  fibonacci: "0 1 2 3 5 8 13 21 34 55 89",
  modified_fibonacci: "0 ½ 1 2 3 5 8 13 20 40 100",
  powers_of_two: "1 2 4 8 16 32 64",
  t_shirt: "XXS XS S M L XL XXL",
};

/** In every deck, after its own cards. */
export const ALWAYS = ["?", "☕"];

export const MOST_STORIES = 200;

export function freshPoker(): PokerConfigInput {
  return { stories: [{ title: "" }], deck: "fibonacci" };
}

export function cardsOf(deck: Deck): string[] {
  const own = typeof deck === "string" ? DECKS[deck].split(" ") : deck;
  return [...own, ...ALWAYS.filter((card) => !own.includes(card))];
}

/** Cards separated by spaces or commas. */
export function cardsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((card) => card !== "");
}

/** A story without a title that nobody has begun to write is no story. */
export function cleanedPoker(config: PokerConfigInput): PokerConfigInput {
  const stories = (config.stories ?? []).filter(({ title, link }) => title.trim() || link);
  return { ...config, stories };
}
