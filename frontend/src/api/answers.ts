// A participant's answers: what is on its way, and otherwise what the server knows.

import { useSyncExternalStore } from "react";

import { type Api, ask } from "./client";
import { onSleepAndWake } from "./live";
import { ANSWER, type Body, createOutbox, type Letter, type Outbox, type Slot } from "./outbox";
import type { PollAnswer, PokerAnswer, QuizAnswer, WordCloudAnswer } from "./schema";
import { afterReturn } from "./schedule";
import { onOtherTab, storage } from "./storage";
import { browserTimers } from "./timers";

export type Answer = PollAnswer | PokerAnswer | QuizAnswer | WordCloudAnswer;

/** The outbox of this device for a session, delivering with a participant's credentials. */
export function openOutbox(api: Api, session: string): Outbox {
  const outbox = createOutbox(
    session,
    (slot, body, signal) => deliver(api, slot, body, signal),
    storage,
    browserTimers,
  );
  const letGo = [
    onSleepAndWake(
      () => outbox.wake(),
      () => {},
      (isUp) => isUp && outbox.wake(afterReturn(Math.random())),
    ),
    onOtherTab(`${ANSWER}${session}:`, outbox.otherTab),
  ];
  const stop = () => {
    for (const go of letGo) go();
    outbox.stop();
  };
  return {
    ...outbox,
    drop() {
      outbox.drop();
      stop();
    },
    stop,
  };
}

async function deliver(api: Api, slot: Slot, body: Body, signal: AbortSignal) {
  const path = "/api/v1/sessions/{id}/activities/{aid}/response";
  const params = { path: { id: slot.session, aid: slot.activity } };
  if (body === null) {
    const asked = await ask(
      api.DELETE(path, { params: { ...params, query: { round: slot.round } }, signal }),
    );
    return asked.ok ? ({ ok: true } as const) : refusal(asked);
  }
  const sent = { ...body, round: slot.round } as Answer;
  const asked = await ask(api.PUT(path, { params, body: sent, signal }));
  if (!asked.ok) return refusal(asked);
  const { position } = asked.data;
  return { ok: true, ...(position === undefined ? {} : { position }) } as const;
}

function refusal(failure: {
  problem: { status: number; code: string; reason?: string };
  retryAfterMs: number;
}) {
  const { status, code, reason } = failure.problem;
  const why = reason === undefined ? {} : { reason };
  return { ok: false, status, code, retryAfterMs: failure.retryAfterMs, ...why } as const;
}

/** What became of the answer for this slot; undefined: nothing was sent from here. */
export function useLetter(outbox: Outbox, slot: Slot): Letter | undefined {
  return useSyncExternalStore(outbox.subscribe, () => outbox.get(slot));
}
