// A session as a page follows it: the poller and `/me`, tied to the browser's sleeping and waking.

import { type Api, ask, poll } from "./client";
import { createMe } from "./me";
import { createPoller, type Followed } from "./poller";
import type { MeResource } from "./schema";
import { browserTimers, type Timers } from "./timers";

export type SessionState = Followed & {
  /** For participants, once it is known. */
  me: MeResource | null;
};

export type LiveSession = {
  readonly id: string;
  readonly api: Api;
  get(): SessionState;
  subscribe(changed: () => void): () => void;
  /** The server's clock, in milliseconds since the epoch. */
  now(): number;
  /** Asks for the frame at once: after a command of one's own. */
  wake(): void;
  /** Asks for `/me` at once: after a change of one's own. */
  refreshMe(): void;
  stop(): void;
};

/** Starts to follow a session. `asParticipant`: with a participant's token, whose `/me` is fetched. */
export function follow(
  api: Api,
  id: string,
  {
    asParticipant = false,
    timers = browserTimers,
  }: { asParticipant?: boolean; timers?: Timers } = {},
): LiveSession {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };

  const me = createMe(
    () => ask(api.GET("/api/v1/sessions/{id}/me", { params: { path: { id } } })),
    (mine) => {
      state = { ...state, me: mine };
      tell();
    },
    timers,
  );
  const poller = createPoller(
    (known) => poll(api, id, known),
    (followed) => {
      state = { ...followed, me: state.me };
      if (asParticipant && followed.frame !== null) {
        me.moved(followed.frame.me_version, followed.pollAfterMs);
      }
      tell();
    },
    timers,
  );
  let state: SessionState = { ...poller.get(), me: null };

  const letGo = onSleepAndWake(poller.wake, poller.pause, poller.network);
  if (document.visibilityState === "visible") poller.wake();

  return {
    id,
    api,
    get: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    now: () => timers.now() + state.clockOffsetMs,
    wake: poller.wake,
    refreshMe: me.refresh,
    stop() {
      letGo();
      poller.stop();
      me.stop();
      listeners.clear();
    },
  };
}

/** Phones suspend pages, and tell by any of these, in any order. */
export function onSleepAndWake(
  wake: () => void,
  sleep: () => void,
  network: (isUp: boolean) => void = () => {},
): () => void {
  const seen = () => (document.visibilityState === "visible" ? wake() : sleep());
  const shown = () => {
    if (document.visibilityState === "visible") wake();
  };
  const up = () => network(true);
  const down = () => network(false);
  document.addEventListener("visibilitychange", seen);
  addEventListener("pageshow", shown);
  addEventListener("online", up);
  addEventListener("offline", down);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("pageshow", shown);
    removeEventListener("online", up);
    removeEventListener("offline", down);
  };
}
