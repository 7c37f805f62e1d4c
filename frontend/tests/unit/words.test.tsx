// Words are steered from lists, on a server that is made up.

import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { LiveSession } from "../../src/api/live";
import type { FrameWordCloud, Results } from "../../src/api/schema";
import { WordSteering } from "../../src/pages/admin/control/WordSteering";

const items = [
  { text: "calm", status: "visible" },
  { text: "quick", status: "visible" },
  { text: "quiet", status: "visible" },
  { text: "rude", status: "hidden" },
];
const live = {
  id: "s",
  api: {
    GET: async () => ({
      data: { items, next_cursor: null },
      response: new Response(null, { status: 200 }),
    }),
  },
} as unknown as LiveSession;

const press = vi.fn(async () => true);

const settled = () =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve));
  });

beforeEach(async () => {
  press.mockClear();
  const words = [
    { text: "calm", count: 2 },
    { text: "quick", count: 1 },
  ];
  const results = { responses: 3, distinct: 2, words } as Results;
  const activity = { id: "a", round: 1 } as FrameWordCloud;
  const { container } = render(<WordSteering {...{ live, activity, results, press }} />);
  fireEvent(container.querySelector("details")!, new Event("toggle"));
  await settled();
});
afterEach(cleanup);

test("a word is merged without typing it", async () => {
  fireEvent.click(screen.getByRole("button", { name: "Merge quick" }));
  await settled();
  const into = screen.getByLabelText<HTMLInputElement>("counts for this one");
  expect(document.activeElement).toBe(into);
  expect(screen.getByLabelText<HTMLInputElement>("This word").value).toBe("quick");
  const offered = document.getElementById(into.getAttribute("list")!)!;
  expect([...offered.children].map((option) => (option as HTMLOptionElement).value)).toEqual([
    "calm",
    "quick",
  ]);
  fireEvent.input(into, { target: { value: "calm" } });
  await settled();
  fireEvent.click(screen.getByRole("button", { name: "Merge" }));
  await settled();
  expect(press).toHaveBeenCalledWith({ action: "merge", from: "quick", into: "calm" });
});

test("merged and hidden words are listed, with the way back", () => {
  const merged = within(screen.getByRole("region", { name: "Merged words" }));
  fireEvent.click(merged.getByRole("button", { name: "Take apart: quiet" }));
  expect(press).toHaveBeenLastCalledWith({ action: "unmerge", word: "quiet" });
  const hidden = within(screen.getByRole("region", { name: "Hidden words" }));
  fireEvent.click(hidden.getByRole("button", { name: "Show again: rude" }));
  expect(press).toHaveBeenLastCalledWith({ action: "show_word", word: "rude" });
});
