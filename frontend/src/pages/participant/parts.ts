// Parts of the page that are fetched after its first view.

import { useEffect, useState } from "react";

import { fetchInTime, PATIENCE_MS } from "../../api/client";
import { tabStorage } from "../../api/storage";

export type Part<Loaded> = {
  /** Null while it is not here. */
  get(): Loaded | null;
  /** It may be asked for as often as anybody likes. */
  fetch(): Promise<void>;
};

/** Until the next try, when the network failed; longer each time that it was in vain. */
const AGAIN_MS = 2_000;
const LONGEST_AGAIN_MS = 60_000;

const TRIES = "caja:tries";

/** Browsers remember for as long as a page is open that a script did not come, and the build's loader
 * that it has asked for a style: whatever is imported after a failure fails, or looks wrong. */
let isBroken = false;

export function part<Loaded>(load: () => Promise<Loaded>): Part<Loaded> {
  let loaded: Loaded | null = null;
  let loading: Promise<void> | null = null;
  const attempt = async () => {
    if (isBroken) return;
    try {
      const late = new Promise((_, tooLong) => setTimeout(tooLong, PATIENCE_MS));
      const arrival = load().then((here) => {
        loaded = here;
      });
      await Promise.race([arrival, late]);
    } catch {
      isBroken = true;
    }
  };
  return {
    get: () => loaded,
    fetch() {
      loading ??= attempt();
      return loading;
    },
  };
}

/** A part as soon as it is here; null: none is wanted. */
export function usePart<Loaded>(wanted: Part<Loaded> | null): Loaded | null {
  const [, redraw] = useState(0);
  // It may come between the drawing and the effect; then it has to be drawn again all the same.
  const loaded = wanted?.get() ?? null;
  const isHere = loaded !== null;
  useEffect(() => {
    if (wanted === null || isHere) return;
    let isOver = false;
    let id: ReturnType<typeof setTimeout> | undefined;
    const attempt = async () => {
      await wanted.fetch();
      if (isOver) return;
      if (wanted.get() !== null) {
        tabStorage.remove(TRIES);
        return redraw((count) => count + 1);
      }
      const tries = Number(tabStorage.get(TRIES));
      const inMs = Math.min(AGAIN_MS * 2 ** tries, LONGEST_AGAIN_MS);
      if (tries === 0) await beginAnew();
      id = setTimeout(async () => {
        await beginAnew();
        if (!isOver) void attempt();
      }, inMs);
    };
    void attempt();
    return () => {
      isOver = true;
      clearTimeout(id);
    };
  }, [wanted, isHere]);
  return loaded;
}

/** When all that is missing can be had, the page begins anew; who is here, what they typed and what
 * they sent is kept by the device. */
async function beginAnew(): Promise<void> {
  const links = document.querySelectorAll<HTMLLinkElement>(
    "link[rel=modulepreload],link[rel=stylesheet]",
  );
  try {
    for (const { href } of [location, ...links]) {
      // What is gone for good, of an older server, is left out by the new page.
      if ((await fetchInTime(href)).status >= 500) return;
    }
  } catch {
    return;
  }
  tabStorage.set(TRIES, String(Number(tabStorage.get(TRIES)) + 1));
  location.reload();
  // Nothing more is done in this one.
  await new Promise(() => {});
}
