// @vitest-environment node
import { describe, expect, test } from "vitest";

import {
  type Area,
  arrange,
  chanceOf,
  type Cloud,
  type Counted,
  sizeOf,
} from "../../../src/activities/wordcloud/layout";

const AREA: Area = { width: 44, height: 18, smallest: 0.9, largest: 6 };
const measure = (text: string) => text.length * 0.55;

const words = (count: number, most = 40): Counted[] =>
  Array.from({ length: count }, (_, at) => ({
    text: `w${"ord".repeat(at % 3)}${at}`,
    count: Math.max(1, Math.round(most / (at + 1))),
  }));

function overlaps(cloud: Cloud): string[] {
  const boxes = cloud.words.map(({ text, x, y, size }) => ({
    text,
    left: x - (measure(text) * size) / 2,
    right: x + (measure(text) * size) / 2,
    top: y - size / 2,
    bottom: y + size / 2,
  }));
  return boxes.flatMap((a, at) =>
    boxes
      .slice(at + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text}/${b.text}`),
  );
}

describe("a cloud", () => {
  test.each([1, 10, 40, 100])("of %i words has none over another, and none outside", (count) => {
    const cloud = arrange(words(count), AREA, measure);
    expect(overlaps(cloud)).toEqual([]);
    for (const { text, x, y, size } of cloud.words) {
      expect(Math.abs(x) + (measure(text) * size) / 2).toBeLessThanOrEqual(AREA.width / 2);
      expect(Math.abs(y) + size / 2).toBeLessThanOrEqual(AREA.height / 2);
    }
    expect(cloud.words.length + cloud.omitted).toBe(count);
    expect(cloud.omitted).toBeLessThanOrEqual(count / 5);
  });

  test("is the same again, in whatever order the words come", () => {
    const some = words(50);
    expect(arrange([...some].reverse(), AREA, measure)).toEqual(arrange(some, AREA, measure));
  });

  test("stays as it is when nothing changes", () => {
    const some = words(60);
    const first = arrange(some, AREA, measure);
    expect(arrange(some, AREA, measure, first).words).toEqual(first.words);
  });

  test("keeps most words in their places when votes come in", () => {
    let cloud = arrange(words(30), AREA, measure);
    let moved = 0;
    for (let round = 1; round <= 20; round += 1) {
      const voted = words(30).map((word, at) => ({
        ...word,
        count: word.count + (at % (round + 2) === 0 ? round : 0),
      }));
      const next = arrange(voted, AREA, measure, cloud);
      const places = new Map(cloud.words.map((word) => [word.text, word]));
      moved += next.words.filter(({ text, x, y }) => {
        const before = places.get(text);
        return before !== undefined && (before.x !== x || before.y !== y);
      }).length;
      expect(overlaps(next)).toEqual([]);
      cloud = next;
    }
    // Of 600 placements.
    expect(moved).toBeLessThan(90);
  });

  test("sets a word that more people wrote no smaller", () => {
    const sizes = [1, 2, 5, 10, 40].map((count) => sizeOf(count, 40, AREA, 1));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)).toBe(AREA.largest);
    // Rare words are small only where room is short.
    expect(sizes[0]).toBeGreaterThan(AREA.smallest);
    expect(sizeOf(1, 40, AREA, 0.35)).toBe(AREA.smallest);
  });

  test("fits a word that is wider than the screen", () => {
    const long = "x".repeat(200);
    const [word] = arrange([{ text: long, count: 3 }], AREA, measure).words;
    expect(measure(long) * word!.size).toBeLessThanOrEqual(AREA.width);
  });

  test("of nothing is empty", () => {
    expect(arrange([], AREA, measure)).toEqual({ words: [], omitted: 0, step: 0 });
  });

  test("of a hundred words is laid within a frame or few", () => {
    const some = words(100);
    arrange(some, AREA, measure);
    const before = performance.now();
    for (let time = 0; time < 5; time += 1) arrange(some, AREA, measure);
    // Far above what it takes, for busy machines.
    expect((performance.now() - before) / 5).toBeLessThan(150);
  });
});

test("chance belongs to the text", () => {
  expect(chanceOf("growth")).toBe(chanceOf("growth"));
  const chances = Array.from({ length: 200 }, (_, at) => chanceOf(`word ${at}`));
  const mean = chances.reduce((sum, each) => sum + each, 0) / chances.length;
  expect(Math.min(...chances)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...chances)).toBeLessThan(1);
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.1);
});
