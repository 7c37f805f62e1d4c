// What is fetched after the first view: the room, while people type their name.

import { useEffect, useState } from "react";

type RoomView = typeof import("./Room")["Room"];

/** Until the next try, when the network failed. */
const AGAIN_MS = 2_000;

let room: RoomView | null = null;
let loading: Promise<void> | null = null;

/** Fetches it once; it may be asked for as often as anybody likes. */
export function loadRoom(): Promise<void> {
  loading ??= import("./Room").then(
    (loaded) => {
      room = loaded.Room;
    },
    () => {
      loading = null;
    },
  );
  return loading;
}

/** The room, as soon as it is here. */
export function useRoom(isWanted: boolean): RoomView | null {
  const [, redraw] = useState(0);
  // It may come between the drawing and the effect; then it has to be drawn again all the same.
  const isDrawn = room !== null;
  useEffect(() => {
    if (!isWanted || isDrawn) return;
    let isOver = false;
    let id: ReturnType<typeof setTimeout> | undefined;
    const attempt = async () => {
      await loadRoom();
      if (isOver) return;
      if (room === null) id = setTimeout(attempt, AGAIN_MS);
      else redraw((count) => count + 1);
    };
    void attempt();
    return () => {
      isOver = true;
      clearTimeout(id);
    };
  }, [isWanted, isDrawn]);
  return room;
}
