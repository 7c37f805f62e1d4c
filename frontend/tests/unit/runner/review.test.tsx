import { cleanup, fireEvent, render, screen, within } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import { connect } from "../../../src/api/client";
import type { Frame } from "../../../src/api/frame";
import type { LiveSession } from "../../../src/api/live";
import { filterOf, Review } from "../../../src/pages/runner/Review";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const frame = (pending: number) =>
  ({ activity: { id: "a" }, pending_moderation: pending }) as unknown as Frame;

/** A server with these texts, and what it was asked to do with them. */
function serve(texts: { item_id: string; text: string; kind: string; status: string }[]) {
  const decided: [string, unknown][] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method === "POST") {
      const id = pathname.split("/").at(-1)!;
      decided.push([id, await request.json()]);
      texts = texts.filter(({ item_id }) => item_id !== id);
      return Response.json({});
    }
    const items = texts.filter(({ status }) => status === searchParams.get("status"));
    return Response.json({ items, next_cursor: null });
  });
  const live = { id: "s", api: connect("http://caja.test", "t"), wake: vi.fn() };
  return { decided, live: live as unknown as LiveSession };
}

const TEXT = { kind: "text", status: "pending" };

test("what waits is approved or hidden from the presenter's phone, and is gone then", async () => {
  const { decided, live } = serve([
    { ...TEXT, item_id: "t1", text: "More coffee" },
    { ...TEXT, item_id: "n1", text: "Fuck", kind: "nickname" },
  ]);
  const { rerender } = render(<Review frame={frame(2)} live={live} onClose={() => {}} />);
  fireEvent.click(await screen.findByRole("button", { name: "Approve: More coffee" }));
  await vi.waitFor(() => expect(screen.queryByText("More coffee")).toBe(null));
  rerender(<Review frame={frame(1)} live={live} onClose={() => {}} />);
  expect(screen.getByText("A name")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Hide: Fuck" }));
  expect(await screen.findByText("There are none.")).toBeTruthy();
  expect(decided).toEqual([
    ["t1", { decision: "approve", remove_author: false }],
    ["n1", { decision: "hide", remove_author: false }],
  ]);
  expect(live.wake).toHaveBeenCalledTimes(2);
});

test("whoever wrote it is removed once that was confirmed", async () => {
  const { decided, live } = serve([{ ...TEXT, item_id: "t1", text: "Rude" }]);
  render(<Review frame={frame(1)} live={live} onClose={() => {}} />);
  fireEvent.click(await screen.findByRole("button", { name: "Remove the person who wrote: Rude" }));
  expect(decided).toEqual([]);
  const sure = screen.getByRole("dialog", { name: "Remove the person?" });
  fireEvent.click(within(sure).getByRole("button", { name: "Remove the person" }));
  await vi.waitFor(() =>
    expect(decided).toEqual([["t1", { decision: "hide", remove_author: true }]]),
  );
});

test("what is shown are the present activity's texts, and not all names", () => {
  expect(filterOf("visible", frame(0))).toEqual({ status: "visible", activity: "a" });
  expect(filterOf("pending", frame(0))).toEqual({ status: "pending" });
  expect(filterOf("hidden", frame(0))).toEqual({ status: "hidden" });
});
