// What the server says is wrong with a field, which it says in English, in every language. Pure.

import type { useT } from "../../i18n/admin";

type T = ReturnType<typeof useT>;

type Say = (t: T, ...found: string[]) => string;

/** Whole numbers as the reader writes them. */
const n = (digits: string): number => Number(digits);

/** The first that fits. Texts of the server on the left; a test asks a server for most of them. */
const REFUSALS: readonly (readonly [RegExp, Say])[] = [
  [/^must have 1 to 1 \w+$/, (t) => t("wrong_one")],
  [
    /^must have (\d+) to (\d+) characters$/,
    (t, min, max) =>
      min === "1"
        ? t("wrong_text_needed", { max: n(max!) })
        : n(min!) === 0
          ? t("wrong_too_long", { max: n(max!) })
          : t("wrong_characters", { min: n(min!), max: n(max!) }),
  ],
  [/^must have at most (\d+) characters$/, (t, max) => t("wrong_too_long", { max: n(max!) })],
  [/^must be (-?\d+) to (-?\d+) seconds$/, range],
  [/^must be (-?\d+) to (-?\d+)$/, range],
  [
    /^must have (\d+) to (\d+) \w+$/,
    (t, min, max) => t("wrong_count", { min: n(min!), max: n(max!) }),
  ],
  [/^must have at most (\d+) \w+$/, (t, max) => t("wrong_at_most", { max: n(max!) })],
  [/^must be between 1 and the number of options$/, (t) => t("wrong_max_choices")],
  [/^must run from a lower to a higher number/, (t) => t("wrong_scale")],
  [/^must be \{value, tolerance\}$/, (t) => t("wrong_number_key")],
  [/^must be a finite number$/, (t) => t("wrong_number")],
  [/^must be a number from 0 up$/, (t) => t("wrong_negative")],
  [/^must be a whole number, zero or more/, (t) => t("wrong_whole_positive")],
  [/^must be a whole number/, (t) => t("wrong_whole")],
  [/^must be a number$/, (t) => t("wrong_number")],
  [/^must have at least one option$/, (t) => t("wrong_no_right")],
  [/^must be either true or false$/, (t) => t("wrong_no_right")],
  [/^must be (a list of option ids|\["true"\] or \["false"\])$/, (t) => t("wrong_no_right")],
  [/^is not an option$/, (t) => t("wrong_no_right")],
  [/^is there twice; \? and ☕/, (t) => t("wrong_card_twice")],
  [/^(is there twice|must be unique)$/, (t) => t("wrong_twice")],
  [/^must be an http or https address/, (t) => t("wrong_link")],
  [/^must be a language tag/, (t) => t("wrong_language")],
  [/^must be one word$/, (t) => t("wrong_one_word")],
  [/^must not be empty$/, (t) => t("wrong_empty")],
  [/^must have more than punctuation$/, (t) => t("wrong_punctuation")],
  [/^must not contain control (or direction )?characters$/, (t) => t("wrong_control")],
  [/^has too many marks on one letter$/, (t) => t("wrong_marks")],
  [/^is not allowed here$/, (t) => t("wrong_rude")],
  [/^is not in the cloud$/, (t) => t("wrong_no_such_word")],
  [/^is not merged$/, (t) => t("wrong_not_merged")],
  [/^is or counts for the same word$/, (t) => t("wrong_same_word")],
  [/^too many words are (hidden|shown by hand|merged|judged)$/, (t) => t("wrong_words_full")],
  [/^must be a card other than \? and ☕$/, (t) => t("wrong_estimate")],
];

function range(t: T, min?: string, max?: string): string {
  return t("wrong_range", { min: n(min!), max: n(max!) });
}

/** The server's own words only where there are no others. */
export function inWords(t: T, detail: string): string {
  for (const [pattern, say] of REFUSALS) {
    const found = pattern.exec(detail);
    if (found) return say(t, ...found.slice(1));
  }
  return t("wrong_other", { detail });
}
