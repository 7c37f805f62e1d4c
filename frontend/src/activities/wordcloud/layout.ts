// Where the words of a cloud go. Pure and without chance: the same words, asked in the same order,
// give the same picture. A word keeps its place as long as it fits there, so that nothing jumps.

export type Counted = { text: string; count: number };

/** The width of a text at a font size of 1. */
export type Measure = (text: string) => number;

export type Area = {
  width: number;
  height: number;
  /** Of the smallest and the largest word. */
  smallest: number;
  largest: number;
};

/** A word by its centre, from the area's centre. */
export type Placed = { text: string; count: number; x: number; y: number; size: number };

export type Cloud = {
  words: readonly Placed[];
  /** Words that found no room. */
  omitted: number;
  /** Which step of the ladder the sizes are at. */
  step: number;
};

/** Sizes have steps, so that one more vote somewhere does not move every word a little. */
const LEVELS = 9;

/** What all sizes are multiplied with when the words don't fit otherwise. */
const LADDER = [1, 0.84, 0.7, 0.59, 0.5, 0.42, 0.35];

const LAST_STEP = LADDER.length - 1;

/** The share of the area that words cover at most when they are laid well. */
const COVERED = 0.62;

/** Sizes grow again only when there is room for this many steps more. */
const STEPS_TO_GROW = 2;

/** Room that a word has around it, in shares of its size. */
const GAP_X = 0.28;
const LINE = 1.12;

/** Turns of the spiral on which a place is looked for, and how finely. */
const TURNS = 26;
const POINTS_PER_TURN = 22;

type Box = { left: number; right: number; top: number; bottom: number };
type Sized = { text: string; count: number; size: number; half: number; tall: number };

export function arrange(
  words: readonly Counted[],
  area: Area,
  measure: Measure,
  before: Cloud | null = null,
): Cloud {
  const sorted = [...words].sort((a, b) => b.count - a.count || compare(a.text, b.text));
  const widths = sorted.map((word) => measure(word.text));
  const lay = (step: number, isWhole: boolean) => fill(sorted, widths, area, step, before, isWhole);
  const first = before?.step ?? likelyStep(sorted, widths, area);
  for (let step = first; step < LAST_STEP; step += 1) {
    const fitting = lay(step, true);
    if (fitting === null) continue;
    // Roomier again, and clearly so: otherwise it would go to and fro.
    const roomier = step - STEPS_TO_GROW;
    return (step === first && roomier >= 0 && lay(roomier, true)) || fitting;
  }
  return lay(LAST_STEP, false) ?? { words: [], omitted: words.length, step: LAST_STEP };
}

/** Where it makes sense to begin: words can't cover more than a share of the area. */
function likelyStep(words: readonly Counted[], widths: readonly number[], area: Area): number {
  const most = words[0]?.count ?? 1;
  const covered = (step: number) =>
    words.reduce((sum, { count }, at) => {
      const size = sizeOf(count, most, area, LADDER[step]!);
      return sum + (widths[at]! + GAP_X) * size * LINE * size;
    }, 0);
  const step = LADDER.findIndex((_, at) => covered(at) <= area.width * area.height * COVERED);
  return step < 0 ? LAST_STEP : step;
}

/** The size of a word: of the most frequent the largest, in steps between. */
export function sizeOf(count: number, most: number, area: Area, scale: number): number {
  const share = most <= 1 ? 0.45 : Math.sqrt((count - 1) / (most - 1));
  const level = Math.round(share * (LEVELS - 1)) / (LEVELS - 1);
  // Where there is room, the rarest words are read from afar, too.
  const smallest = area.smallest * Math.max(1, 2 * scale);
  const largest = Math.max(smallest, area.largest * scale);
  return smallest + (largest - smallest) * level;
}

/** A number from 0 to below 1 that belongs to a text. */
export function chanceOf(text: string): number {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** `isWhole`: null as soon as one word finds no room. */
function fill(
  words: readonly Counted[],
  widths: readonly number[],
  area: Area,
  step: number,
  before: Cloud | null,
  isWhole: boolean,
): Cloud | null {
  const most = words[0]?.count ?? 1;
  const places = new Map(before?.words.map((word) => [word.text, word]));
  const boxes: Box[] = [];
  const placed: Placed[] = [];
  let omitted = 0;
  for (const [index, { text, count }] of words.entries()) {
    const wanted = sizeOf(count, most, area, LADDER[step]!);
    // What is wider than the area must still be read.
    const size = Math.min(wanted, (area.width * 0.96) / Math.max(widths[index]! + GAP_X, 0.01));
    const half = ((widths[index]! + GAP_X) * size) / 2;
    const sized = { text, count, size, half, tall: (LINE * size) / 2 };
    const known = places.get(text);
    const place =
      (known !== undefined && at(sized, known.x, known.y, area, boxes)) ||
      search(sized, known, area, boxes);
    if (place === null) {
      if (isWhole) return null;
      omitted += 1;
      continue;
    }
    boxes.push(place.box);
    placed.push({ text, count, x: place.x, y: place.y, size });
  }
  return { words: placed, omitted, step };
}

type Place = { x: number; y: number; box: Box };

/** Outward on a spiral as wide as the area, from where the word was or from near the middle. */
function search(
  word: Sized,
  known: { x: number; y: number } | undefined,
  area: Area,
  boxes: readonly Box[],
): Place | null {
  const chance = chanceOf(word.text);
  const turn = chance * 2 * Math.PI;
  const flat = area.height / area.width;
  const startX = known?.x ?? Math.cos(turn) * area.width * 0.04 * chance;
  const startY = known?.y ?? Math.sin(turn) * area.height * 0.04;
  const direction = chance < 0.5 ? 1 : -1;
  const reach = area.width * (known === undefined ? 0.56 : 1);
  const points = TURNS * POINTS_PER_TURN;
  // What was in the way at one point is likely in the way at the next.
  const nearby: Box[] = [];
  for (let point = 0; point <= points; point += 1) {
    // The square root keeps the points equally dense.
    const far = reach * Math.sqrt(point / points) ** 1.3;
    const angle = turn + direction * 2 * Math.PI * TURNS * Math.sqrt(point / points);
    const x = startX + Math.cos(angle) * far;
    const y = startY + Math.sin(angle) * far * flat;
    const place = at(word, x, y, area, boxes, nearby);
    if (place !== null) return place;
  }
  return null;
}

/** Null where it is outside or over another, which `nearby` then remembers. */
function at(
  word: Sized,
  x: number,
  y: number,
  area: Area,
  boxes: readonly Box[],
  nearby: Box[] = [],
): Place | null {
  const box = {
    left: x - word.half,
    right: x + word.half,
    top: y - word.tall,
    bottom: y + word.tall,
  };
  const isInside =
    box.left >= -area.width / 2 &&
    box.right <= area.width / 2 &&
    box.top >= -area.height / 2 &&
    box.bottom <= area.height / 2;
  if (!isInside) return null;
  if (nearby[0] !== undefined && areOver(box, nearby[0])) return null;
  const inTheWay = boxes.find((other) => areOver(box, other));
  if (inTheWay === undefined) return { x, y, box };
  nearby[0] = inTheWay;
  return null;
}

function areOver(one: Box, other: Box): boolean {
  return (
    one.right > other.left &&
    one.left < other.right &&
    one.bottom > other.top &&
    one.top < other.bottom
  );
}

/** By code units: the same everywhere, whatever the locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
