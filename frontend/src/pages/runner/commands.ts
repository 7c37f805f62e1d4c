// Carries out steps: one request each, never the same twice at once, and says what did not work.

import { type Api, ask } from "../../api/client";
import type { PokerControl, QuizControl, PollControl, WordCloudControl } from "../../api/schema";
import type { Step } from "./steps";

export type Said = "not_now" | "not_done" | "not_allowed" | "failed";

export type Commands = {
  /** Whether it was carried out; false also for one that is under way already. */
  run(step: Step): Promise<boolean>;
};

type AnyControl = PokerControl | QuizControl | PollControl | WordCloudControl;

export function createCommands(
  api: Api,
  session: string,
  { done, failed }: { done: () => void; failed: (why: Said) => void },
): Commands {
  const underWay = new Set<string>();
  return {
    async run(step) {
      const name = JSON.stringify(step);
      if (underWay.has(name)) return false;
      underWay.add(name);
      const outcome = await send(api, session, step);
      underWay.delete(name);
      if (!outcome.ok) {
        const said = wordsFor(outcome.problem);
        if (said !== null) failed(said);
      }
      done();
      return outcome.ok;
    },
  };
}

function send(api: Api, id: string, step: Step) {
  const path = { id };
  switch (step.do) {
    case "control": {
      const { do: _, activity, ...body } = step;
      const route = "/api/v1/sessions/{id}/activities/{aid}/control";
      const params = { path: { id, aid: activity } };
      return ask(api.POST(route, { params, body: body as AnyControl }));
    }
    case "lifecycle": {
      const params = { path: { id, aid: step.activity } };
      return ask(api.POST(`/api/v1/sessions/{id}/activities/{aid}/${step.verb}`, { params }));
    }
    case "screen":
      return ask(api.PUT("/api/v1/sessions/{id}/screen", { params: { path }, body: step.screen }));
    case "announce":
      return ask(
        api.PUT("/api/v1/sessions/{id}/announcement", {
          params: { path },
          body: { text: step.text },
        }),
      );
  }
}

/** Null: nothing to say. Somebody else pressed first, and what was meant has happened. */
export function wordsFor({ status, code }: { status: number; code: string }): Said | null {
  if (code === "stale_round") return null;
  if (status === 0 || status === 503 || status === 429) return "not_done";
  if (status === 401 || status === 403) return "not_allowed";
  return status === 409 ? "not_now" : "failed";
}
