import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import type { Frame } from "../../../src/api/frame";
import { useJudging } from "../../../src/pages/runner/useJudging";

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

const frame = (round = 3) =>
  ({
    session: { id: "s" },
    activity: { id: "quiz", type: "quiz", round, phase: "closed" },
    results: { order: [{ participant_id: "ana" }, { participant_id: "bruno" }] },
  }) as unknown as Frame;

function Judge({ of }: { of: Frame }) {
  const judging = useJudging(of, async () => true);
  return (
    <button type="button" onClick={() => judging.judgeNext(of, false)}>
      {JSON.stringify([...judging.verdicts])}
    </button>
  );
}

const said = () => screen.getByRole("button").textContent;

test("who was judged stays judged after a reload, for that question only", async () => {
  const { unmount } = render(<Judge of={frame()} />);
  screen.getByRole("button").click();
  await vi.waitFor(() => expect(said()).toBe('[["ana",false]]'));
  unmount();
  const again = render(<Judge of={frame()} />);
  expect(said()).toBe('[["ana",false]]');
  screen.getByRole("button").click();
  await vi.waitFor(() => expect(said()).toBe('[["ana",false],["bruno",false]]'));
  again.rerender(<Judge of={frame(4)} />);
  expect(said()).toBe("[]");
});

test("what another version of the page kept is left out where it does not fit", () => {
  for (const kept of ["[]", '{"question":1}', '{"question":"q","verdicts":null}', "{"]) {
    sessionStorage.setItem("caja:judged:s", kept);
    render(<Judge of={frame()} />);
    expect(said()).toBe("[]");
    cleanup();
  }
});
