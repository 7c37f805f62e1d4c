// The small signs: what is wrong with the connection, and what became of an answer.

import "./sign.css";

import type { ReactNode } from "react";

import type { Letter } from "../api/outbox";
import type { Freshness } from "../api/poller";
import { useT } from "../i18n/shared";
import { CheckIcon } from "./icons";

export { Banner } from "./Banner";

/** Takes no room while all is well; and always there, so that its appearance is announced. */
export function ConnectionSign({ freshness }: { freshness: Freshness }) {
  const t = useT();
  const text =
    freshness === "stale" ? t("stale") : freshness === "offline" ? t("offline") : undefined;
  return (
    <div className="connection" role="status">
      {text && <p className="box">{text}</p>}
    </div>
  );
}

/** What became of an answer. `children`: instead of the usual words for a refusal. */
export function AnswerSign({
  letter,
  children,
}: {
  letter: { state: Letter["state"]; isBusy?: true } | undefined;
  children?: ReactNode;
}) {
  const t = useT();
  return (
    <span className={`answer-sign ${letter?.state ?? ""}`} role="status">
      {letter?.state === "saved" ? <CheckIcon /> : letter && <span className="dot" />}
      {letter &&
        (letter.state === "refused" && children
          ? children
          : t(letter.isBusy ? "answer_busy" : `answer_${letter.state}`))}
    </span>
  );
}
