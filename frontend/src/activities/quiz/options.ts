// What there is to choose from, in the reader's language. Pure.

import type { AskedQuestion } from "../../api/schema";

type Words = { isTrue: string; isFalse: string };

/** The two of a true-or-false question are known by their ids; the server need not name them. */
export function optionsOf(
  { kind, options }: Pick<AskedQuestion, "kind" | "options">,
  words: Words,
): AskedQuestion["options"] {
  if (kind !== "true_false") return options;
  return [
    { id: "true", label: words.isTrue },
    { id: "false", label: words.isFalse },
  ];
}
