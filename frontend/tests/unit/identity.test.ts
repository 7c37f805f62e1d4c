import { expect, test } from "vitest";

import { createIdentities, type Identity } from "../../src/api/identity";
import { randomUuid } from "../../src/api/random";
import { browserStorage, memoryStorage } from "../../src/api/storage";

const joined = {
  participant_id: "p",
  participant_token: "cp_secret",
  nickname: "Marisol",
  session_id: "s",
};

test("who joined is the same person after a refresh", () => {
  const storage = memoryStorage();
  createIdentities(storage).keep("s", "482913", joined);
  const after = createIdentities(storage);
  expect(after.of("s")).toEqual({
    participant_id: "p",
    participant_token: "cp_secret",
    nickname: "Marisol",
  });
  expect(after.sessionOf("482913")).toBe("s");
  expect(after.of("another")).toBeNull();
});

test("the client's id stays until somebody leaves on their own", () => {
  const identities = createIdentities(memoryStorage());
  const first = identities.clientId("s");
  expect(identities.clientId("s")).toBe(first);
  expect(identities.clientId("another")).not.toBe(first);
  identities.keep("s", "482913", joined);
  identities.forget("s", false);
  expect(identities.of("s")).toBeNull();
  expect(identities.clientId("s")).toBe(first);
  identities.forget("s", true);
  expect(identities.clientId("s")).not.toBe(first);
});

test("a new name is kept", () => {
  const identities = createIdentities(memoryStorage());
  identities.keep("s", "482913", joined);
  identities.renamed("s", "Mari");
  expect(identities.of("s")?.nickname).toBe("Mari");
});

test("another tab's joining and leaving is seen", () => {
  const identities = createIdentities(memoryStorage());
  const seen: (Identity | null)[] = [];
  const stop = identities.watch("s", (identity) => seen.push(identity));
  const tell = (key: string, newValue: string | null) =>
    dispatchEvent(new StorageEvent("storage", { key, newValue }));
  tell("caja:who:another", JSON.stringify(joined));
  tell("caja:who:s", JSON.stringify(joined));
  tell("caja:who:s", null);
  stop();
  tell("caja:who:s", JSON.stringify(joined));
  expect(seen).toEqual([joined, null]);
});

test("what is kept but is no identity is nobody", () => {
  const storage = memoryStorage();
  for (const kept of ["{", "null", "{}", "7"]) {
    storage.set("caja:who:s", kept);
    expect(createIdentities(storage).of("s")).toBeNull();
  }
});

test("client ids are random UUIDs, on plain HTTP too", () => {
  expect(randomUuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(new Set(Array.from({ length: 1000 }, randomUuid)).size).toBe(1000);
});

test("where the browser refuses to keep anything the page itself remembers", () => {
  const refusing = new Proxy({} as globalThis.Storage, {
    get: () => () => {
      throw new DOMException("refused", "SecurityError");
    },
  });
  const before = globalThis.localStorage;
  Object.defineProperty(globalThis, "localStorage", { value: refusing, configurable: true });
  try {
    const storage = browserStorage(() => localStorage);
    storage.set("caja:x", "1");
    expect(storage.get("caja:x")).toBe("1");
    expect(storage.keys("caja:")).toEqual(["caja:x"]);
    storage.remove("caja:x");
    expect(storage.get("caja:x")).toBeNull();
  } finally {
    Object.defineProperty(globalThis, "localStorage", { value: before, configurable: true });
  }
});
