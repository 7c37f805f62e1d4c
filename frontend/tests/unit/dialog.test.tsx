// Where the focus goes, and dialogs in browsers that have none.

import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import { Dialog } from "../../src/components/Dialog";

afterEach(cleanup);

function Page({ isOpen, hasOpener = true }: { isOpen: boolean; hasOpener?: boolean }) {
  return (
    <main>
      {hasOpener && <button type="button">Open</button>}
      {isOpen && (
        <Dialog title="You" onClose={() => {}}>
          Text
        </Dialog>
      )}
    </main>
  );
}

test("the focus goes back to what opened it", async () => {
  const { rerender } = render(<Page isOpen={false} />);
  screen.getByRole("button", { name: "Open" }).focus();
  rerender(<Page isOpen />);
  await vi.waitFor(() => expect(document.querySelector("dialog")?.open).toBe(true));
  rerender(<Page isOpen={false} />);
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe("Open"));
});

test("the focus stays in the page where what opened it is gone with it", async () => {
  const { rerender } = render(<Page isOpen={false} />);
  screen.getByRole("button", { name: "Open" }).focus();
  rerender(<Page isOpen />);
  await vi.waitFor(() => expect(document.querySelector("dialog")?.open).toBe(true));
  rerender(<Page isOpen={false} hasOpener={false} />);
  await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("MAIN"));
});

test("a browser without dialogs shows a box that has the focus and closes on Escape", async () => {
  const { showModal, close } = HTMLDialogElement.prototype;
  Object.assign(HTMLDialogElement.prototype, { showModal: undefined, close: undefined });
  const closed = vi.fn();
  const { unmount } = render(
    <Dialog title="You" onClose={closed}>
      Text
    </Dialog>,
  );
  const dialog = screen.getByRole("dialog");
  await vi.waitFor(() => expect(document.activeElement).toBe(dialog));
  fireEvent.keyDown(dialog, { key: "Escape" });
  expect(closed).toHaveBeenCalledOnce();
  unmount();
  Object.assign(HTMLDialogElement.prototype, { showModal, close });
});
