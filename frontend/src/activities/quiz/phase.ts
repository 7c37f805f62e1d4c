// Where a quiz is by the server's clock: frames tell the phase at their time, clients go on from
// there. Pure.

import type { FrameQuiz } from "../../api/schema";

type Clocked = Pick<FrameQuiz, "phase" | "opens_at_ms" | "ends_at_ms">;

export function phaseAt(quiz: Clocked, nowMs: number): FrameQuiz["phase"] {
  const { phase, opens_at_ms, ends_at_ms } = quiz;
  if (phase !== "countdown" && phase !== "open") return phase;
  if (opens_at_ms !== undefined && nowMs < opens_at_ms) return "countdown";
  if (ends_at_ms !== undefined && nowMs >= ends_at_ms) return "closed";
  return "open";
}
