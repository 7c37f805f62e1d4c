// How many have answered: a number that is read from the last row, and a bar that fills.

import "./progress.css";

import type { CSSProperties, ReactNode } from "react";

import { formatNumber } from "../i18n/format";
import { useLanguage } from "../i18n/language";
import { shareOf } from "./tones";

type Props = {
  done: number;
  of: number;
  /** All in words: "3 of 12 have answered". */
  says: string;
  /** What follows the number. */
  children: ReactNode;
};

export function Progress({ done, of, says, children }: Props) {
  const language = useLanguage();
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={says}
      aria-valuemin={0}
      aria-valuemax={Math.max(of, done)}
      aria-valuenow={done}
      aria-valuetext={says}
    >
      <p>
        <span className="num">{formatNumber(done, language)}</span> <span>{children}</span>
      </p>
      <div className="rail">
        <div className="fill" style={{ "--share": shareOf(done, of) } as CSSProperties} />
      </div>
    </div>
  );
}
