// A line over time as points of a drawing. Pure.

import type { SummaryPoint } from "../../../api/schema";

export type Series = { line: string; most: number };

export const WIDTH = 640;
export const HEIGHT = 160;

/** From the first point at the left to the last at the right; 0 at the bottom. */
export function seriesOf(
  points: readonly SummaryPoint[],
  pick: (point: SummaryPoint) => number,
): Series {
  const values = points.map(pick);
  const most = Math.max(1, ...values);
  const times = points.map(({ at }) => Date.parse(at));
  const start = times[0] ?? 0;
  const span = Math.max(1, (times[times.length - 1] ?? 0) - start);
  const line = values
    .map((value, index) => {
      const x = points.length === 1 ? WIDTH / 2 : ((times[index]! - start) / span) * WIDTH;
      return `${round(x)},${round(HEIGHT - (value / most) * HEIGHT)}`;
    })
    .join(" ");
  return { line, most };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
