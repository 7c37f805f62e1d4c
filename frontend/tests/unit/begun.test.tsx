import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";

import { draftOf, dropDrafts } from "../../src/api/drafts";
import { memoryStorage } from "../../src/api/storage";
import { isSomeOf, isText, useDraft } from "../../src/components/useDraft";

afterEach(cleanup);

test("what is begun is kept for its question, until it is dropped", () => {
  const storage = memoryStorage();
  const of = (what: string, session = "s") => draftOf(session, what, storage);
  of("poll:").write("half a sent");
  of("quiz:q1").write(["a"]);
  of("poll:", "t").write("of another session");
  expect(of("poll:").read()).toBe("half a sent");
  expect(of("quiz:q1").read()).toEqual(["a"]);
  expect(of("quiz:q2").read()).toBeNull();
  of("quiz:q1").write(null);
  expect(of("quiz:q1").read()).toBeNull();
  of("quiz:q1").write(["b"]);
  dropDrafts("s", "quiz:q1", storage);
  expect(of("poll:").read()).toBeNull();
  expect(of("quiz:q1").read()).toEqual(["b"]);
  dropDrafts("s", "", storage);
  expect(of("quiz:q1").read()).toBeNull();
  expect(of("poll:", "t").read()).toBe("of another session");
});

test("what another version of the page kept is left out where it does not fit", () => {
  const storage = memoryStorage();
  storage.set("caja:draft:s:poll:", "{");
  expect(draftOf("s", "poll:", storage).read()).toBeNull();
  const isOrder = isSomeOf(["a", "b"]);
  expect(isOrder(["b", "a"])).toBe(true);
  for (const wrong of [["a", "a"], ["c"], "a", null, { 0: "a" }])
    expect(isOrder(wrong)).toBe(false);
  expect(isText(1)).toBe(false);
});

function Field({ storage, sent }: { storage: ReturnType<typeof memoryStorage>; sent: string }) {
  const draft = draftOf("s", "poll:", storage);
  const [typed, setTyped] = useDraft(draft, isText, (text) => text === sent);
  return <input value={typed ?? ""} onInput={(event) => setTyped(event.currentTarget.value)} />;
}

test("once the server has it, it stays on the screen and is kept no longer", async () => {
  const storage = memoryStorage();
  const { unmount } = render(<Field storage={storage} sent="" />);
  fireEvent.input(screen.getByRole("textbox"), { target: { value: "calm" } });
  unmount();
  const again = render(<Field storage={storage} sent="" />);
  expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("calm");
  again.rerender(<Field storage={storage} sent="calm" />);
  await expect.poll(() => storage.keys("")).toEqual([]);
  expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("calm");
});
