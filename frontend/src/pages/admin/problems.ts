// What the server's problems mean, and what to do about them, in words. Pure.

import type { FieldProblem } from "../../api/schema";
import type { useT } from "../../i18n/admin";
import { inWords } from "./refusals";
import type { Trouble } from "./server";

type T = ReturnType<typeof useT>;

const KNOWN = [
  "unreachable",
  "unauthorized",
  "forbidden",
  "bad_origin",
  "not_found",
  "stale_revision",
  "session_completed",
  "session_not_open",
  "session_full",
  "invalid_action",
  "invalid_transition",
  "config_frozen",
  "too_many_activities",
  "too_many_runner_tokens",
  "nickname_taken",
  "text_rejected",
  "rate_limited",
  "busy",
  "store_unavailable",
  "body_too_large",
  "body_too_slow",
  "internal",
] as const;

type Known = (typeof KNOWN)[number];

export function explain(t: T, trouble: Trouble): string {
  if (isKnown(trouble.code)) return t(`problem_${trouble.code}`);
  const first = trouble.errors?.[0];
  if (first) return inWords(t, first.detail);
  // The server's detail is English, for who reads its log.
  return t("problem_other", { code: trouble.code });
}

function isKnown(code: string): code is Known {
  return (KNOWN as readonly string[]).includes(code);
}

/** What is wrong at a field, or at one of the items that are typed in it; undefined: nothing. */
export function wrongAt(
  t: T,
  errors: readonly FieldProblem[] | undefined,
  pointer: string,
): string | undefined {
  const found =
    errors?.find((error) => error.pointer === pointer) ??
    errors?.find((error) => isItemOf(error.pointer, pointer));
  return found && inWords(t, found.detail);
}

function isItemOf(pointer: string, list: string): boolean {
  return pointer.startsWith(`${list}/`) && /^\d+$/.test(pointer.slice(list.length + 1));
}

/** The pointer itself, and what holds it, from the inside out: where a field is, there it leads. */
export function pathsOf(pointer: string): string[] {
  const parts = pointer.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

/** `/config/questions/0/prompt`: "Question 1, Question", for the list of all that is wrong. */
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
      else if (part === "options")
        words.push(t("option_n", { letter: String.fromCharCode(64 + n) }));
      else words.push(nameOf(t, part));
      at += 1;
    } else if (part in PLACES) {
      words.push(nameOf(t, part));
    }
  }
  return words.join(", ") || t("place_other");
}

/** What the field is called that edits this part of a configuration. */
const PLACES = {
  title: "title",
  prompt: "prompt",
  question: "question",
  questions: "questions",
  options: "options",
  correct: "right_answer",
  tolerance: "tolerance",
  explanation: "explanation",
  time_limit_s: "time_limit",
  points: "points",
  countdown_s: "countdown",
  leaderboard_size: "leaderboard_size",
  scale: "place_scale",
  min_label: "scale_min_label",
  max_label: "scale_max_label",
  max_choices: "max_choices",
  max_length: "place_length",
  max_words: "max_words",
  banned_words: "banned_words",
  duration_s: "duration",
  stories: "stories",
  link: "story_link",
  deck: "deck",
} as const;

function nameOf(t: T, part: string): string {
  return part in PLACES ? t(PLACES[part as keyof typeof PLACES]) : t("place_other");
}
