// A ring that empties by the server's clock.

import "./countdown.css";

import { type CSSProperties, useEffect, useState } from "react";

import { formatNumber } from "../i18n/format";
import { useLanguage } from "../i18n/language";
import { useT } from "../i18n/shared";
import { LiveRegion } from "./Live";
import { leftOf, secondsLeft } from "./countdown";

type Props = {
  /** By the server's clock. */
  endsAtMs: number;
  /** How long it takes from full to empty. */
  totalMs: number;
  /** The server's clock: `live.now`. */
  now: () => number;
};

/** Milliseconds until then, never negative; drawn again whenever the shown second changes. */
export function useLeft(endsAtMs: number, now: () => number): number {
  const [, tick] = useState(0);
  const left = leftOf(endsAtMs, now());
  useEffect(() => {
    if (left === 0) return;
    // A little late, so that the second has surely changed.
    const id = setTimeout(() => tick((count) => count + 1), (left % 1000 || 1000) + 5);
    return () => clearTimeout(id);
  });
  return left;
}

export function Countdown({ endsAtMs, totalMs, now }: Props) {
  const t = useT();
  const language = useLanguage();
  const left = useLeft(endsAtMs, now);
  const seconds = secondsLeft(left);
  const isUrgent = seconds <= 5;
  const style = { "--left": Math.min(1, left / totalMs) } as CSSProperties;
  return (
    <div
      className={`countdown ${isUrgent ? "urgent" : ""} ${seconds > 99 ? "long" : ""}`}
      role="timer"
      style={style}
    >
      <svg viewBox="0 0 44 44" aria-hidden="true">
        <circle cx="22" cy="22" r="19" className="rail" />
        <circle cx="22" cy="22" r="19" className="rest" pathLength="1" />
      </svg>
      <span className="num" aria-hidden="true">
        {formatNumber(seconds, language)}
      </span>
      <span className="unseen">{t("seconds_left", { count: seconds })}</span>
      {/* Read out at ten, five, and the end; every second would drown everything else. */}
      <LiveRegion>
        {seconds === 0
          ? t("time_is_up")
          : seconds === 10 || seconds === 5
            ? t("seconds_left", { count: seconds })
            : null}
      </LiveRegion>
    </div>
  );
}
