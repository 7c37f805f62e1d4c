// Where the clock stands in a question: frames tell the phase at their time, clients go on from
// there by the server's clock. Pure.

import type { FrameQuiz } from "../../api/schema";

type Clocked = Pick<FrameQuiz, "phase" | "status" | "opens_at_ms" | "ends_at_ms">;

export function phaseAt(quiz: Clocked, nowMs: number): FrameQuiz["phase"] {
  const { phase, opens_at_ms, ends_at_ms } = quiz;
  if (phase !== "countdown" && phase !== "open") return phase;
  if (opens_at_ms === undefined || ends_at_ms === undefined) return phase;
  if (nowMs < opens_at_ms) return "countdown";
  return nowMs < ends_at_ms ? "open" : "closed";
}
