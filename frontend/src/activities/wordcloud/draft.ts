// What an editor starts a word cloud with, and how a list of words is typed. Pure.

import type { WordCloudConfigInput } from "../../api/schema";

export function freshWordCloud(): WordCloudConfigInput {
  return { max_words: 3, max_length: 25, results: "always" };
}

/** Separated by commas or lines. */
export function wordsIn(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
