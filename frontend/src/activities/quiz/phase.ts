// Where a quiz is by the server's clock, between two frames that say so. Pure.

import type { FrameQuiz } from "../../api/schema";

export type Phase = FrameQuiz["phase"];

export function phaseAt(
  { phase, opens_at_ms, ends_at_ms }: Pick<FrameQuiz, "phase" | "opens_at_ms" | "ends_at_ms">,
  nowMs: number,
): Phase {
  if (phase !== "countdown" && phase !== "open") return phase;
  if (opens_at_ms !== undefined && nowMs < opens_at_ms) return "countdown";
  if (ends_at_ms !== undefined && nowMs >= ends_at_ms) return "closed";
  return "open";
}
