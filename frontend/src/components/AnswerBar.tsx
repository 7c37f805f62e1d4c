// At the foot of an activity: what became of the answer, and whether it can be changed.

import "./activity.css";
import "./answer-bar.css";

import { type ReactNode, useLayoutEffect, useRef } from "react";

import type { Letter } from "../api/outbox";
import { useT } from "../i18n/participant/activities";
import { AnswerSign } from "./Sign";

type Props = {
  letter: Letter | undefined;
  /** Beside the sign: what can still be done. */
  note?: ReactNode;
  /** Instead of the sign, while there is no answer: what to do. */
  hint?: ReactNode;
  /** Where it is, not at the foot of the window: in the editor. */
  isStill?: boolean | undefined;
};

export function AnswerBar({ letter, note, hint, isStill = false }: Props) {
  const isEmpty = letter === undefined && !hint && !note;
  const bar = useRoomKept(!isStill);
  return (
    <footer ref={bar} className={`answer-bar ${isStill ? "still" : ""} ${isEmpty ? "empty" : ""}`}>
      <div>
        <AnswerSign letter={letter}>
          {letter?.state === "refused" && <Refusal letter={letter} />}
        </AnswerSign>
        {letter === undefined && hint && <span className="soft">{hint}</span>}
      </div>
      {/* A reason needs the room. */}
      {note && letter?.state !== "refused" && <small>{note}</small>}
    </footer>
  );
}

/** The page leaves as much room at its end as the bar takes, however long its words and however large
 * its letters, so that nothing stays behind it. */
function useRoomKept(isWanted: boolean) {
  const bar = useRef<HTMLElement>(null);
  // At once: observed a moment longer, a bar that is gone has no height.
  useLayoutEffect(() => {
    const { current } = bar;
    if (!isWanted || current === null) return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() =>
      style.setProperty("--bar", `${current.offsetHeight}px`),
    );
    observer.observe(current);
    return () => {
      observer.disconnect();
      style.removeProperty("--bar");
    };
  }, [isWanted]);
  return bar;
}

function Refusal({ letter }: { letter: Letter & { state: "refused" } }) {
  const t = useT();
  switch (letter.reason ?? letter.code) {
    case "stale_round":
    case "wrong_question":
    case "inactive":
      return t("refused_stale");
    case "early":
      return t("refused_early");
    case "late":
      return t("refused_late");
    case "locked":
      return t("refused_locked");
    case "spectator":
      return t("refused_spectator");
    case "change_not_allowed":
      return t("refused_change");
    case "text_rejected":
      return t("refused_text");
    case "validation":
      return t("refused_invalid");
    default:
      return t("refused_other");
  }
}
