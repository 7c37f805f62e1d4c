// A list that is pasted into the editor of a poll or of poker.

import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { useState } from "react";
import { afterEach, describe, expect, test } from "vitest";

import { Editor as PokerEditor } from "../../src/activities/poker/Editor";
import { Editor as PollEditor } from "../../src/activities/poll/Editor";
import type { PokerConfigInput, PollConfigInput } from "../../src/api/schema";
import { linesIn, withLines } from "../../src/components/order";
import { Toasts } from "../../src/components/Toast";

afterEach(cleanup);

const rest = { wrong: () => undefined, lock: "none", saved: 0 } as const;

function Poll({ labels }: { labels: string[] }) {
  const options = labels.map((label) => ({ label }));
  const [config, set] = useState<PollConfigInput>({ kind: "choice", results: "never", options });
  return <PollEditor {...rest} config={config} onChange={set} />;
}

function Poker() {
  const [config, set] = useState<PokerConfigInput>({ stories: [{ title: "" }] });
  return <PokerEditor {...rest} config={config} onChange={set} />;
}

function paste(label: string, text: string): boolean {
  const clipboardData = { getData: () => text };
  return fireEvent.paste(screen.getByRole("textbox", { name: label }), { clipboardData });
}

const values = (name: RegExp) =>
  screen.getAllByRole<HTMLInputElement>("textbox", { name }).map(({ value }) => value);

test("options are pasted at once, blank rows are used and written ones stay", async () => {
  render(<Poll labels={["", "", "Up a hill"]} />);
  paste("Option A", "By the sea\r\n\r\n  To the city \r\nHome");
  await expect
    .poll(() => values(/^Option/))
    .toEqual(["By the sea", "To the city", "Home", "Up a hill"]);
});

test("what does not fit is said", async () => {
  render(
    <>
      <Poll labels={["One", ""]} />
      <Toasts />
    </>,
  );
  paste("Option B", Array.from({ length: 22 }, (_, index) => `Line ${index}`).join("\n"));
  await expect.poll(() => values(/^Option/).length).toBe(20);
  await screen.findByText("3 lines did not fit");
});

test("stories are pasted at once, one line is pasted as ever", async () => {
  render(<Poker />);
  // Not prevented: the browser does it.
  expect(paste("Story 1", "Sign in\n")).toBe(true);
  expect(paste("Story 1", "Sign in\nShow the report")).toBe(false);
  await expect.poll(() => values(/^Story/)).toEqual(["Sign in", "Show the report"]);
});

describe("lines", () => {
  const isBlank = (row: string) => row === "";
  test("end as any system ends them", () => {
    expect(linesIn("a\nb\r\nc\rd\n\n")).toEqual(["a", "b", "c", "d"]);
  });

  test("go after a row that is written, and no row is lost where there is no room", () => {
    expect(withLines(["a", "b"], 0, ["x", "y"], isBlank, 3)).toEqual({
      rows: ["a", "x", "b"],
      left: 1,
    });
    expect(withLines(["a", "b"], 1, ["x"], isBlank, 2)).toEqual({ rows: ["a", "b"], left: 1 });
  });
});
