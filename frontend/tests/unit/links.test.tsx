import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, test, vi } from "vitest";

import { RunnerLinks } from "../../src/pages/admin/RunnerLinks";

const server = vi.hoisted(() => ({ GET: vi.fn() }));

vi.mock("../../src/pages/admin/server", () => ({ api: server, call: (asked: unknown) => asked }));

afterEach(cleanup);

test("links that were made in the same minute can be told apart", async () => {
  const created_at = "2026-11-23T13:00:00Z";
  const items = [
    "0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17",
    "0199e5a4-6c1e-7b52-9d43-5a2f0c8e99fe",
  ].map((token_id) => ({ token_id, created_at }));
  server.GET.mockResolvedValue({ ok: true, data: { items, next_cursor: null } });
  render(<RunnerLinks id="s" canMake />);
  await act(async () => {});
  screen.getByText(/^Link 1, made .+, …4b17$/);
  screen.getByRole("button", { name: /^Revoke: Link 2, .+ …99fe$/ });
});
