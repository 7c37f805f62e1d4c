// What somebody types for a word cloud, as words. Pure.

import { oneLine } from "../../components/line";
import { lengthOf } from "../../components/participate";

export type Rules = { max_words: number; max_length: number; allow_phrases: boolean };

/** What is wrong with what was typed. */
export type Fault = "too_long" | "too_many" | "repeated";

/** Where phrases are allowed, commas part them; otherwise spaces do as well. */
export function split(typed: string, { allow_phrases }: Pick<Rules, "allow_phrases">): string[] {
  return typed
    .split(allow_phrases ? /[,;\n]/u : /[,;\s]+/u)
    .map(oneLine)
    .filter((word) => word !== "");
}

/** The list with what was typed behind it, or why not. */
export function add(words: readonly string[], typed: string, rules: Rules): string[] | Fault {
  const fresh: string[] = [];
  for (const word of split(typed, rules)) {
    if (lengthOf(word) > rules.max_length) return "too_long";
    const isKnown = [...words, ...fresh].some((each) => fold(each) === fold(word));
    if (!isKnown) fresh.push(word);
  }
  if (fresh.length === 0) return "repeated";
  if (words.length + fresh.length > rules.max_words) return "too_many";
  return [...words, ...fresh];
}

function fold(word: string): string {
  return word.normalize("NFKC").toLowerCase();
}
