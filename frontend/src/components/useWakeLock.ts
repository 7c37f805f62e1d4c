// Keeps the screen on, where the browser can and while the page is seen.

import { useEffect } from "react";

export function useWakeLock(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted || !("wakeLock" in navigator)) return;
    let held: WakeLockSentinel | null = null;
    let isOver = false;
    const take = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const lock = await navigator.wakeLock.request("screen");
        if (isOver) return void lock.release();
        // It may have been asked for twice at the same time.
        void held?.release();
        held = lock;
      } catch {
        // An empty battery or a setting: the screen goes dark as it always does.
      }
    };
    // The browser drops the lock with the page; it is for the page to take it again.
    document.addEventListener("visibilitychange", take);
    void take();
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", take);
      void held?.release();
    };
  }, [isWanted]);
}
