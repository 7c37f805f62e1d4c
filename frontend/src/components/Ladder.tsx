// Places in an order: rows that climb and fall without moving anything else on the page.

import "./ladder.css";

import type { CSSProperties, ReactNode } from "react";

export type Rung = {
  id: string;
  /** Equal ones share a place; without it the row's position is its place. */
  place?: number;
  label: string;
  /** Of the longest, from 0 to 1. */
  share?: number;
  value: ReactNode;
  isMine?: boolean;
};

export function Ladder({ rungs, label }: { rungs: readonly Rung[]; label: string }) {
  const height = { "--rows": rungs.length } as CSSProperties;
  return (
    <ol className="ladder" aria-label={label} style={height}>
      {rungs.map(({ id, place, label, share, value, isMine }, index) => (
        <li
          key={id}
          className={isMine ? "mine" : ""}
          aria-current={isMine || undefined}
          style={{ "--row": index, "--share": share ?? 0 } as CSSProperties}
        >
          <span className="place num">{place ?? index + 1}</span>
          <bdi className="name">{label}</bdi>
          {/* Another number is another element: one that grows from its end would move. */}
          <span key={typeof value === "string" ? value : id} className="value num">
            {value}
          </span>
          {share !== undefined && <span className="fill" />}
        </li>
      ))}
    </ol>
  );
}
