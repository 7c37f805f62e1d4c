import { screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { mount } from "../../src/components/mount";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function Faulty(): never {
  throw new Error("a fault of ours");
}

test("a page whose code fails says so, offers to begin anew, and hides no fault", async () => {
  document.body.innerHTML = '<div id="page"></div>';
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  mount(<Faulty />);
  expect(() => vi.runAllTimers()).toThrow("a fault of ours");
  // It is drawn again a moment later.
  await Promise.resolve();
  expect(screen.getByRole("heading").textContent).toBe("Something went wrong on this page");
  screen.getByRole("button", { name: "Reload" }).click();
  expect(reload).toHaveBeenCalledOnce();
});
