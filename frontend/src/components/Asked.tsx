// What an activity asks, with the time that is left for it, where it has a limit of its own.

import { Countdown } from "./Countdown";

/** Beyond this a headline no longer leaves the answers room on a phone. */
const LONG = 90;

type Props = {
  children: string;
  endsAtMs?: number | undefined;
  totalS?: number | null;
  now: () => number;
};

export function Asked({ children, endsAtMs, totalS = null, now }: Props) {
  return (
    <div className="asked">
      <h1 dir="auto" className={children.length > LONG ? "long" : ""}>
        {children}
      </h1>
      {totalS !== null && endsAtMs !== undefined && (
        <Countdown endsAtMs={endsAtMs} totalMs={totalS * 1000} now={now} />
      )}
    </div>
  );
}
