// An answer as a box: letter, shape and colour; it presses in when chosen and fills with the results.

import "./choice-box.css";

import type { CSSProperties, ReactNode } from "react";

import { formatNumber, formatPercent } from "../i18n/format";
import { useLanguage } from "../i18n/language";
import { useT } from "../i18n/shared";
import { CheckIcon } from "./icons";
import { letterOf, shareOf, toneOf } from "./tones";

type Props = {
  index: number;
  label: ReactNode;
  isChosen: boolean;
  isDisabled?: boolean;
  /** Leaves room for results, so that nothing moves when they come. */
  hasRoom?: boolean;
  result?: { count: number; whole: number } | undefined;
  /** Said of the answer once it is known whether it is right. */
  verdict?: { isRight: boolean; text: string } | undefined;
  onChoose: () => void;
};

export function ChoiceBox({
  index,
  label,
  isChosen,
  isDisabled = false,
  hasRoom = false,
  result,
  verdict,
  onChoose,
}: Props) {
  const language = useLanguage();
  const t = useT();
  const share = result && shareOf(result.count, result.whole);
  const percent = share === undefined ? "" : formatPercent(share, language);
  const style = { "--share": share ?? 0 } as CSSProperties;
  const mood = verdict === undefined ? "" : verdict.isRight ? "right" : "wrong";
  return (
    <button
      type="button"
      className={`choice box k-${toneOf(index)} ${hasRoom ? "roomy" : ""} ${mood}`}
      aria-pressed={isChosen}
      aria-disabled={isDisabled || undefined}
      onClick={isDisabled ? undefined : onChoose}
    >
      {result && <span className="fill" style={style} />}
      <span className="key" aria-hidden="true">
        {letterOf(index)}
      </span>
      <span className="text">
        <bdi>{label}</bdi>
        {verdict && <span className="verdict">{verdict.text}</span>}
      </span>
      {result === undefined ? (
        <span className="tick">{isChosen && <CheckIcon />}</span>
      ) : (
        <span className="share num">
          {/* Another number is another element: one that grows from its end would move. */}
          <span key={`${percent} ${result.count}`} aria-hidden="true">
            {percent}
            <small>
              {isChosen && <CheckIcon />}
              {formatNumber(result.count, language)}
            </small>
          </span>
          <span className="unseen">{t("votes", { count: result.count, share: percent })}</span>
        </span>
      )}
    </button>
  );
}
