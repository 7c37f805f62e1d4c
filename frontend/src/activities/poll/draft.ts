// What an editor starts a poll with, and what of it the server is told. Pure.

import type { ChoiceOptionInput, PollConfigInput, PollKind } from "../../api/schema";

export const KINDS: readonly PollKind[] = ["choice", "rating", "ranking", "text"];

export const MOST_OPTIONS = 20;

export function freshPoll(): PollConfigInput {
  return { kind: "choice", options: [{ label: "" }, { label: "" }], results: "on_reveal" };
}

export function asksForOptions(kind: PollKind): boolean {
  return kind === "choice" || kind === "ranking";
}

/** Without what belongs to another kind: the editor remembers it, the server need not. */
export function cleanedPoll(config: PollConfigInput): PollConfigInput {
  const { options, max_choices, scale, max_length, ...rest } = config;
  return {
    ...rest,
    ...(asksForOptions(config.kind) ? { options: options ?? [] } : {}),
    ...(config.kind === "choice" && max_choices !== undefined ? { max_choices } : {}),
    ...(config.kind === "rating" && scale ? { scale } : {}),
    ...(config.kind === "text" && max_length !== undefined ? { max_length } : {}),
  };
}

/** For a kind that asks for options there are always two to fill in. */
export function withKind(config: PollConfigInput, kind: PollKind): PollConfigInput {
  const options: ChoiceOptionInput[] = [...(config.options ?? [])];
  while (asksForOptions(kind) && options.length < 2) options.push({ label: "" });
  const scale = kind === "rating" ? (config.scale ?? { min: 1, max: 5 }) : (config.scale ?? null);
  return { ...config, kind, options, scale };
}
