// Letter, shape and colour of answers, by their place. Pure.

const TONES = ["a", "b", "c", "d", "e", "f"] as const;

export type Tone = (typeof TONES)[number];

/** The class `k-a` … `k-f` gives colour and shape; the letter tells apart what repeats them. */
export function toneOf(index: number): Tone {
  return TONES[index % TONES.length] ?? "a";
}

/** A to Z; nothing has more than 20. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

/** From 0 to 1; of nothing, 0. */
export function shareOf(count: number, whole: number): number {
  return whole > 0 ? Math.min(1, count / whole) : 0;
}
