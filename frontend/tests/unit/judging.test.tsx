import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import type { FrameQuiz, Results } from "../../src/api/schema";
import { Toasts } from "../../src/components/Toast";
import { QuizJudging } from "../../src/pages/admin/control/QuizJudging";

afterEach(cleanup);

const press = vi.fn();
const activity = { current: { question: { kind: "buzzer" } }, round: 1 } as unknown as FrameQuiz;
const results = { order: [{ participant_id: "p", nickname: "Ada", ms: 1250 }] } as Results;

async function judge(isDone: boolean, phase: FrameQuiz["phase"] = "open"): Promise<HTMLElement> {
  press.mockClear();
  press.mockResolvedValue(isDone);
  render(
    <>
      <QuizJudging activity={{ ...activity, phase }} {...{ results, press }} />
      <Toasts />
    </>,
  );
  const right = screen.getByRole("button", { name: "Right: Ada" });
  await act(async () => {
    fireEvent.click(right);
  });
  return right;
}

test("who was judged is marked, and it is said", async () => {
  const right = await judge(true);
  expect(right.getAttribute("aria-pressed")).toBe("true");
  const wrong = screen.getByRole("button", { name: "Wrong: Ada" });
  expect(wrong.getAttribute("aria-pressed")).toBe("false");
  expect(screen.getByRole("status").textContent).toBe("Ada had it right");
});

test("what was not done is not marked", async () => {
  const right = await judge(false);
  expect(right.getAttribute("aria-pressed")).toBe("false");
});

test("after the reveal nobody can be judged any more", async () => {
  await judge(true, "revealed");
  expect(press).not.toHaveBeenCalled();
});
