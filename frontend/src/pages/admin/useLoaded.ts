// What a part of the page shows of the server: loading, there, or the reason why not.

import { useCallback, useEffect, useRef, useState } from "react";

import type { Outcome } from "../../api/client";
import { useIsReached } from "./reach";
import type { Trouble } from "./server";
import { isSignedIn, useSignIns } from "./who";

export type Loaded<Data> = {
  /** The last that is known, also while it is loaded again or that failed. */
  data: Data | null;
  trouble: Trouble | null;
  isLoading: boolean;
  reload: () => Promise<Data | null>;
  /** What a write has answered. */
  set: (data: Data) => void;
};

type State<Data> = { key: string; data: Data | null; trouble: Trouble | null; isLoading: boolean };

/** Loads when `key` changes, and again every `everyMs` while the page is seen. */
export function useLoaded<Data>(
  key: string,
  load: () => Promise<Outcome<Data, Trouble>>,
  everyMs: number | null = null,
): Loaded<Data> {
  const fresh: State<Data> = { key, data: null, trouble: null, isLoading: true };
  const [kept, keep] = useState(fresh);
  const state = kept.key === key ? kept : fresh;
  // Requests are numbered; `settled` is the last whose answer is of use no more, or is shown.
  const latest = useRef({ load, asked: 0, settled: 0, answered: 0 });
  latest.current.load = load;

  const reload = useCallback(async () => {
    const now = latest.current;
    now.asked += 1;
    const mine = now.asked;
    const asked = await now.load();
    now.answered += 1;
    // Not only the newest counts: one that is slow would never be shown if it had to be that.
    if (mine <= now.settled) return null;
    now.settled = mine;
    keep((before) => ({
      key,
      data: asked.ok ? asked.data : before.key === key ? before.data : null,
      trouble: asked.ok ? null : asked.problem,
      isLoading: false,
    }));
    return asked.ok ? asked.data : null;
  }, [key]);
  const set = useCallback(
    (data: Data) => {
      // What is under way is older than what a write has just answered.
      latest.current.settled = latest.current.asked;
      keep({ key, data, trouble: null, isLoading: false });
    },
    [key],
  );

  // What failed for want of a sign-in or of the server comes as soon as that is there again.
  const signIns = useSignIns();
  const isReached = useIsReached();
  const waitsFor = useRef({ signIns, isReached });
  useEffect(() => {
    const before = waitsFor.current;
    waitsFor.current = { signIns, isReached };
    const isBack = isReached && !before.isReached && state.trouble?.status === 0;
    const isIn = signIns !== before.signIns && state.trouble?.status === 401;
    if (isBack || isIn) void reload();
  }, [signIns, isReached, reload, state.trouble]);
  useEffect(() => {
    void reload();
    return () => {
      latest.current.settled = latest.current.asked;
    };
  }, [reload]);
  useEffect(() => {
    if (everyMs === null) return;
    const id = setInterval(() => {
      const isUnderWay = latest.current.answered < latest.current.asked;
      if (isUnderWay || document.visibilityState !== "visible" || !isSignedIn()) return;
      void reload();
    }, everyMs);
    return () => clearInterval(id);
  }, [reload, everyMs]);
  return { data: state.data, trouble: state.trouble, isLoading: state.isLoading, reload, set };
}
