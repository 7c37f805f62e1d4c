// What the server's problems mean, and what to do about them, in words. Pure.

import type { FieldProblem } from "../../api/schema";
import type { useT } from "../../i18n/admin";
import type { Trouble } from "./server";

type T = ReturnType<typeof useT>;

const KNOWN = [
  "unreachable",
  "unauthorized",
  "forbidden",
  "not_found",
  "stale_revision",
  "stale_round",
  "session_completed",
  "session_not_open",
  "session_full",
  "invalid_action",
  "invalid_transition",
  "config_frozen",
  "too_many_activities",
  "too_many_runner_tokens",
  "nickname_taken",
  "rate_limited",
  "unavailable",
  "body_too_large",
  "internal",
] as const;

type Known = (typeof KNOWN)[number];

export function explain(t: T, trouble: Trouble): string {
  if (isKnown(trouble.code)) return t(`problem_${trouble.code}`);
  const first = trouble.errors?.[0];
  if (first) return inWords(t, first.detail);
  return t("problem_other", { detail: trouble.detail ?? trouble.code });
}

function isKnown(code: string): code is Known {
  return (KNOWN as readonly string[]).includes(code);
}

/** What is wrong at a field; undefined: nothing. */
export function wrongAt(
  t: T,
  errors: readonly FieldProblem[] | undefined,
  pointer: string,
): string | undefined {
  const found = errors?.find((error) => error.pointer === pointer);
  return found && inWords(t, found.detail);
}

/** The server says it in English; the usual refusals have words in every language. */
export function inWords(t: T, detail: string): string {
  const characters = /^must have (\d+) to (\d+) characters$/.exec(detail);
  if (characters) return t("wrong_characters", { min: characters[1]!, max: characters[2]! });
  const number = /^must be (-?\d+) to (-?\d+)$/.exec(detail);
  if (number) return t("wrong_range", { min: number[1]!, max: number[2]! });
  const items = /^must have (\d+) to (\d+) (\w+)$/.exec(detail);
  if (items) return t("wrong_count", { min: items[1]!, max: items[2]! });
  if (detail === "must be {value, tolerance}") return t("wrong_number_key");
  if (/^must be an http or https address/.test(detail)) return t("wrong_link");
  return t("wrong_other", { detail });
}

/** `/config/questions/0/prompt`: "Question 1: Prompt", for the list of all that is wrong. */
export function placeOf(t: T, pointer: string): string {
  const words: string[] = [];
  const parts = pointer.split("/").filter((part) => part !== "" && part !== "config");
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at]!;
    const next = parts[at + 1];
    if (next !== undefined && /^\d+$/.test(next)) {
      const n = Number(next) + 1;
      if (part === "questions") words.push(t("question_n", { n }));
      else if (part === "stories") words.push(t("story_n", { n }));
      else words.push(t("option_n", { letter: String.fromCharCode(65 + Number(next)) }));
      at += 1;
    } else if (isPlace(part)) {
      words.push(t(`place_${part}`));
    }
  }
  return words.join(", ") || t("place_other");
}

const PLACES = [
  "title",
  "prompt",
  "question",
  "options",
  "correct",
  "scale",
  "link",
  "deck",
] as const;

function isPlace(part: string): part is (typeof PLACES)[number] {
  return (PLACES as readonly string[]).includes(part);
}
