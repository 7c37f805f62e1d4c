// The activity that is on, with this person's answer to it; or what comes, once it is over.

import { useEffect, useMemo, useRef } from "react";

import { useLetter } from "../../api/answers";
import { draftOf, dropDrafts } from "../../api/drafts";
import type { Frame } from "../../api/frame";
import { isUnderWay, type Outbox, type Slot } from "../../api/outbox";
import type { FrameActivity, MeResource } from "../../api/schema";
import { useWakeLock } from "../../components/useWakeLock";
import { useT } from "../../i18n/participant/room";
import { Lobby } from "./Lobby";
import { usePart } from "./parts";
import { slotOf } from "./slot";
import { views } from "./views";

type Props = {
  frame: Frame & { activity: FrameActivity };
  me: MeResource | null;
  outbox: Outbox;
  now: () => number;
  onRefused: () => void;
};

export function Doing({ frame, me, outbox, now, onRefused }: Props) {
  const { activity, results, session } = frame;
  const t = useT();
  const View = usePart(views[activity.type]);
  const slot = slotOf(session.id, activity);
  const letter = useLetter(outbox, slot);
  useWakeLock(activity.type === "quiz" && activity.status === "active");
  // What the server has instead was perhaps given before, from here.
  const isRefused = letter?.state === "refused";
  useEffect(() => {
    if (isRefused) onRefused();
  }, [isRefused, onRefused]);
  useTold(isRefused, outbox, slot);

  // Not of the round: who is writing when the host starts it again goes on writing.
  const what = `${activity.id}:${slot.question ?? ""}`;
  const draft = useMemo(() => draftOf(session.id, what), [session.id, what]);
  useEffect(() => dropDrafts(session.id, what), [session.id, what]);

  const turn = `${activity.id}:${activity.round}:${slot.question ?? ""}`;
  const place = useNewTurn(turn);
  const lastFocused = useFocusThatGoesOn();
  const hasNews = letter !== undefined && (isRefused || isUnderWay(letter));
  const isOver = activity.status === "expired" && !hasNews;
  const hasSomethingToShow = results !== null || activity.type === "quiz";
  return (
    <div
      ref={place}
      onFocusCapture={(event) => {
        lastFocused.current = event.target as Element;
      }}
    >
      {isOver && !hasSomethingToShow ? (
        <Lobby frame={frame} name={me?.nickname ?? ""} isBetween />
      ) : View === null ? (
        <h1 className="soft late">{t("loading")}</h1>
      ) : (
        <View
          key={turn}
          activity={activity}
          me={me}
          letter={letter}
          draft={draft}
          now={now}
          results={results}
          send={(body) => outbox.send(slot, body)}
        />
      )}
    </div>
  );
}

/** Long enough on the screen to have been read. */
const READ_MS = 2_000;

/** A refusal that stood where the answer did need not be told again when the page goes on. */
function useTold(isRefused: boolean, outbox: Outbox, slot: Slot): void {
  const newest = useRef(slot);
  newest.current = slot;
  const { activity, round, question } = slot;
  useEffect(() => {
    if (!isRefused) return;
    const id = setTimeout(() => outbox.told(newest.current), READ_MS);
    return () => clearTimeout(id);
  }, [isRefused, outbox, activity, round, question]);
}

/** What is new begins at its top; and where the focus was on what is gone, it goes on from there. */
function useNewTurn(turn: string) {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(turn);
  useEffect(() => {
    if (before.current === turn) return;
    before.current = turn;
    scrollTo(0, 0);
    if (document.activeElement === document.body) {
      place.current?.closest("main")?.focus({ preventScroll: true });
    }
  }, [turn]);
  return place;
}

/** What had the focus may go with the answer; then it is in the middle of the page, not at its top. */
function useFocusThatGoesOn() {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    if (last.current === null || last.current.isConnected) return;
    last.current = null;
    if (document.activeElement === document.body) {
      document.querySelector("main")?.focus({ preventScroll: true });
    }
  });
  return last;
}
