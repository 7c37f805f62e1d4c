// What the server refuses has words in every language: the server's own sources say what there is.

import { expect, test } from "vitest";

import { texts } from "../../src/i18n/admin";
import { inWords } from "../../src/pages/admin/refusals";

const SOURCES: Record<string, string> = import.meta.glob(
  [
    "../../../actors/src/activity/**/*.rs",
    "../../../actors/src/session/**/*.rs",
    "../../../src/http/**/*.rs",
    "!**/tests/**",
  ],
  { query: "?raw", import: "default", eager: true },
);

/** What this page never sends, or what only participants are told. */
const NOT_OURS: readonly RegExp[] = [
  /^is not a cursor/,
  /^is not an answer/,
  /^is not in the deck/,
  /^is of another type/,
  /^is needed to judge/,
  /^is not for a buzzer/,
  /^is what the question asks for/,
  /^must be there, and nothing else/,
  /^must have from and into/,
  /^must have .* and nothing else$/,
  /^must name every activity/,
  /^must be a revision/,
  /^must be true( and false| or false)?$/,
  /^must be a UUID/,
  /^must be \d+ to \d+ letters/,
  /^only choice and/,
  /^must be the name of a deck/,
  /^must be (an array|an object|of another type|a value)/,
  /^must be (an id|(one of )?7)$/,
  /^is not an activity of this session/,
  /^only its schema/,
  /^has none of the forms/,
];

/** Texts that begin as the server's refusals do, without what stands in tests and comments. */
function refusals(): string[] {
  const found = new Set<string>();
  for (const source of Object.values(SOURCES)) {
    const live = source.split("#[cfg(test)]")[0]!;
    const code = live
      .replace(/^\s*\/\/.*$/gm, "")
      .replace(/(expect|assert!|unreachable!|unimplemented!|panic!)\([^"]*"[^"]*"/g, "");
    for (const [, text] of code.matchAll(
      /"((?:must|is|has|only|too many words) (?:[^"\\]|\\")*)"/g,
    )) {
      found.add(
        text!
          .replaceAll('\\"', '"')
          .replaceAll("{{", "{")
          .replace(/\{[\w:.()?]*\}/g, "7"),
      );
    }
  }
  return [...found];
}

test("all that the server says of a field is said in the reader's language", () => {
  const all = refusals();
  expect(all.length).toBeGreaterThan(30);
  const other = texts.in("es")("wrong_other", { detail: "" }).split(":")[0]!;
  const unknown = all
    .filter((detail) => !NOT_OURS.some((pattern) => pattern.test(detail)))
    .filter((detail) => inWords(texts.in("es"), detail).startsWith(other));
  expect(unknown).toEqual([]);
});

test("what nobody has thought of is said as the server says it", () => {
  expect(inWords(texts.in("en"), "has a colour")).toBe("Does not fit: it has a colour.");
});

test.each([
  ["must have 1 to 200 characters", "Escribe algo aquí: de 1 a 200 caracteres."],
  ["must have 0 to 1000 characters", "Puede tener 1000 caracteres como máximo."],
  ["must be 1 to 86400 seconds", "Debe estar entre 1 y 86.400."],
  ["must be -5 to 5", "Debe estar entre -5 y 5."],
  ["must have at most 500 words", "Puede haber 500 como máximo."],
  ["must have at most 40 characters", "Puede tener 40 caracteres como máximo."],
])("%s", (detail, said) => {
  expect(inWords(texts.in("es"), detail)).toBe(said);
});
