// The frame that a client holds, and how what the server sends changes it. Pure.

import type { StateFrame } from "./schema";

type Whole = "session" | "activity" | "upcoming" | "results" | "participants" | "announcement";

/** A whole frame. The sections that only runners get are absent for participants. */
export type Frame = Omit<StateFrame, "since" | Whole | "me_version"> &
  Required<Pick<StateFrame, Whole | "me_version">>;

/** `gap`: the delta builds on something that isn't held, so the whole frame is needed. */
export type Merged = { frame: Frame | null; verdict: "newer" | "nothing" | "gap" };

/** Sections are whole values: a delta replaces those it has; `null` says that one has ended. */
export function merge(held: Frame | null, sent: StateFrame): Merged {
  if (held !== null && sent.version <= held.version) return { frame: held, verdict: "nothing" };
  const { since, ...sections } = sent;
  if (since === undefined) return { frame: sections as Frame, verdict: "newer" };
  if (held === null || since > held.version) return { frame: held, verdict: "gap" };
  return { frame: { ...held, ...sections }, verdict: "newer" };
}
