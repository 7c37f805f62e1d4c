// Standing bars: the steps of a scale, the cards of a deck. Always with count, never by colour alone.

import "./columns.css";

import type { CSSProperties } from "react";

import { formatNumber } from "../i18n/format";
import { useLanguage } from "../i18n/language";
import { shareOf } from "./tones";

export type Column = {
  id: string;
  label: string;
  count: number;
  /** What it says to who can't see it. */
  says: string;
  isMarked?: boolean;
};

export function Columns({ columns, label }: { columns: readonly Column[]; label: string }) {
  const language = useLanguage();
  const most = Math.max(0, ...columns.map(({ count }) => count));
  return (
    <ul className={`columns ${columns.length > 12 ? "many" : ""}`} aria-label={label}>
      {columns.map(({ id, label: under, count, says, isMarked }) => (
        <li key={id} className={isMarked ? "marked" : ""}>
          <span className="unseen">{says}</span>
          <span className="n num" aria-hidden="true">
            {formatNumber(count, language)}
          </span>
          <span className="track" aria-hidden="true">
            <span className="fill" style={{ "--share": shareOf(count, most) } as CSSProperties} />
          </span>
          <bdi className="label num" aria-hidden="true">
            {under}
          </bdi>
        </li>
      ))}
    </ul>
  );
}
