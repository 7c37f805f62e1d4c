import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";

import { Heading, usePlace } from "../../src/pages/admin/Heading";

afterEach(cleanup);

function SignIn() {
  usePlace("sign-in", "Sign in");
  // biome-ignore lint/a11y/noAutofocus: as the page does
  return <input aria-label="Token" autoFocus />;
}

function Session({ section, name }: { section: string; name: string }) {
  return (
    <>
      <button type="button">{section}</button>
      <Heading place={`s ${section}`} title={[section, name]}>
        {name}
      </Heading>
    </>
  );
}

const focused = () => document.activeElement?.textContent;

test("the tab says where one is, and the focus goes along, but not where the page begins", async () => {
  const { rerender } = render(<Session section="Prepare" name="Retro" />);
  await act(async () => {});
  expect(document.title).toBe("Prepare · Retro · Caja");
  expect(focused()).not.toBe("Retro");

  rerender(<Session section="Run" name="Retro" />);
  await act(async () => {});
  expect([document.title, focused()]).toEqual(["Run · Retro · Caja", "Retro"]);

  // Another name is no other place.
  screen.getByRole("button", { name: "Run" }).focus();
  rerender(<Session section="Run" name="Retro 2" />);
  await act(async () => {});
  expect([document.title, focused()]).toEqual(["Run · Retro 2 · Caja", "Run"]);

  rerender(<SignIn />);
  await act(async () => {});
  expect(document.title).toBe("Sign in · Caja");

  rerender(<Session section="Run" name="Retro" />);
  await act(async () => {});
  expect(focused()).toBe("Retro");
});
