// @vitest-environment node
import { expect, test } from "vitest";

import { moderatedOf } from "../../src/api/useModerated";

const ITEMS = [
  { text: "growth", status: "visible" },
  { text: "growing", status: "visible" },
  { text: "damn", status: "hidden" },
  { text: "new", status: "pending" },
] as const;

const cloud = (distinct: number) => ({ words: [{ text: "growth", count: 2 }], distinct });

test("a visible word that is not in the cloud counts for another", () => {
  expect(moderatedOf(ITEMS, cloud(1))).toEqual({ hidden: ["damn"], joined: ["growing"] });
});

test("which words are joined is not known while some have no place in the cloud", () => {
  expect(moderatedOf(ITEMS, cloud(2))).toEqual({ hidden: ["damn"], joined: [] });
  expect(moderatedOf(ITEMS, null).joined).toEqual([]);
});
