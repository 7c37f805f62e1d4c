// The chart: a box for each answer that fills, with its letter and shape, text, count and share.

import "./bars.css";
import "./packed.css";

import type { CSSProperties } from "react";

import { formatNumber, formatPercent } from "../i18n/format";
import { useLanguage } from "../i18n/language";
import { useT } from "../i18n/shared";
import { CheckIcon } from "./icons";
import { letterOf, shareOf, toneOf } from "./tones";

export type Bar = {
  id: string;
  label: string;
  count: number;
  /** Marks it, in words too. */
  isCorrect?: boolean;
};

type Props = {
  bars: readonly Bar[];
  /** What a count is a share of; for a choice of several, the people. Without it: the sum. */
  total?: number;
  /** What the chart shows, for who can't see it. */
  label: string;
  /** Without letters: steps of a scale, cards. */
  isPlain?: boolean;
  /** For many: texts stand in their bars. */
  isCompact?: boolean;
  /** A count with its unit, where the page around does not say what is counted. */
  unit?: (count: number) => string;
};

export function Bars({ bars, total, label, isPlain = false, isCompact = false, unit }: Props) {
  const t = useT();
  const language = useLanguage();
  const whole = total ?? bars.reduce((sum, bar) => sum + bar.count, 0);
  const look = `bars ${isPlain ? "" : "lettered"} ${isCompact ? "compact packed" : ""}`;
  return (
    <ul className={look} aria-label={label}>
      {bars.map((bar, index) => {
        const share = shareOf(bar.count, whole);
        const percent = formatPercent(share, language);
        const style = { "--share": share } as CSSProperties;
        return (
          <li key={bar.id} className={`k-${toneOf(index)} ${bar.isCorrect ? "correct" : ""}`}>
            {!isPlain && (
              <span className="key" aria-hidden="true">
                {letterOf(index)}
              </span>
            )}
            <span className="unseen">
              {t("bar", { label: bar.label, count: bar.count, share: percent })}
              {bar.isCorrect && `. ${t("bar_correct")}`}
            </span>
            <div className="bar" aria-hidden="true">
              <div className="label">
                <bdi className="clamp">{bar.label}</bdi>
                {bar.isCorrect && <CheckIcon />}
              </div>
              <div className="track">
                <div className="fill" style={style} />
              </div>
            </div>
            {/* Another number is another element: one that grows from its end would move. */}
            <div key={`${percent} ${bar.count}`} className="n num" aria-hidden="true">
              {percent}
              <small>{unit ? unit(bar.count) : formatNumber(bar.count, language)}</small>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
