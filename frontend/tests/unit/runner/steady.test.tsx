import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useSteady } from "../../../src/components/useSteady";

function Shown({ value }: { value: number }) {
  return <output>{useSteady(value, 1_000)}</output>;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("changes no more often than asked, and the last value arrives", () => {
  const { rerender } = render(<Shown value={0} />);
  const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
  const seen: string[] = [];
  for (let value = 1; value <= 20; value += 1) {
    rerender(<Shown value={value} />);
    pass(100);
    seen.push(screen.getByRole("status").textContent ?? "");
  }
  // Two seconds: at once, after one second, and a little before the third.
  expect(new Set(seen).size).toBeLessThanOrEqual(3);
  pass(1_000);
  expect(screen.getByRole("status").textContent).toBe("20");
});
