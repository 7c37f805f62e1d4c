import { afterEach, describe, expect, test } from "vitest";

import { browserStorage } from "../../../src/api/storage";
import { addressOf } from "../../../src/pages/runner/address";
import { forgetToken, sessionIn, takeToken } from "../../../src/pages/runner/key";
import { focusOf, keyAction, mayMoveOn } from "../../../src/pages/runner/keys";

const key = (name: string, more = {}) => ({
  key: name,
  code: "",
  repeat: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

afterEach(() => forgetToken("s"));

describe("keys", () => {
  test("do what presenters know", () => {
    const did = [" ", "Enter", "ArrowRight", "ArrowLeft", "f", "H", "q", "l", "Escape", "PageDown"];
    expect(did.map((name) => keyAction(key(name), "page"))).toEqual([
      "primary",
      "primary",
      "next",
      "previous",
      "full_screen",
      "results",
      "qr",
      "lock",
      "escape",
      "next",
    ]);
    expect(keyAction(key("x"), "page")).toBeNull();
  });

  test("are where they are printed on keyboards of other scripts, and nowhere else", () => {
    const pressed = (name: string, code: string) => keyAction(key(name, { code }), "page");
    expect(pressed("а", "KeyF")).toBe("full_screen");
    expect(pressed("Process", "KeyQ")).toBe("qr");
    expect(pressed("ش", "KeyH")).toBe("results");
    // AZERTY: what stands where Q is elsewhere is an A.
    expect(pressed("a", "KeyQ")).toBeNull();
    expect(pressed("q", "KeyA")).toBe("qr");
    expect(pressed("é", "KeyF")).toBeNull();
    expect(pressed("+", "KeyF")).toBe("judge_right");
  });

  test("held down or with a modifier do nothing", () => {
    expect(keyAction(key(" ", { repeat: true }), "page")).toBeNull();
    expect(keyAction(key("f", { ctrlKey: true }), "page")).toBeNull();
    expect(keyAction(key("ArrowLeft", { altKey: true }), "page")).toBeNull();
  });

  test("belong to what has the focus first", () => {
    document.body.innerHTML =
      "<input><button>x</button><main tabindex='0'></main><select></select>";
    const at = (name: string) => focusOf(document.querySelector(name));
    expect([at("input"), at("select"), at("button"), at("main"), focusOf(null)]).toEqual([
      "field",
      "field",
      "button",
      "page",
      "page",
    ]);
    expect(keyAction(key("q"), "field")).toBeNull();
    expect(keyAction(key(" "), "button")).toBeNull();
    expect(keyAction(key("ArrowRight"), "button")).toBe("next");
    expect(keyAction(key("Escape"), "field")).toBe("escape");
  });
});

describe("two presses in a row", () => {
  test("are one until what the first brought is seen", () => {
    const sent = { atMs: 1_000, version: 5 };
    expect(mayMoveOn(null, 0, 0)).toBe(true);
    expect(mayMoveOn(sent, 1_200, 6)).toBe(false);
    expect(mayMoveOn(sent, 1_700, 5)).toBe(false);
    expect(mayMoveOn(sent, 1_700, 6)).toBe(true);
    expect(mayMoveOn(sent, 4_100, 5)).toBe(true);
  });
});

describe("the key of a screen", () => {
  test("comes by the fragment and stays in the tab", () => {
    expect(takeToken("s", "#abc%2Bd")).toBe("abc+d");
    expect(takeToken("s", "")).toBe("abc+d");
    expect(takeToken("other", "")).toBeNull();
  });

  test("a newer link replaces it", () => {
    takeToken("s", "#old");
    expect(takeToken("s", "#new")).toBe("new");
    expect(takeToken("s", "")).toBe("new");
  });

  test("is remembered by the page where the browser keeps nothing", () => {
    const refuses = browserStorage(() => {
      throw new Error("refused");
    });
    expect(takeToken("s", "#abc", refuses)).toBe("abc");
    expect(takeToken("s", "", refuses)).toBe("abc");
    forgetToken("s", refuses);
    expect(takeToken("s", "", refuses)).toBeNull();
  });

  test("belongs to the session that the address names", () => {
    expect(sessionIn("run/0199-ab")).toBe("0199-ab");
    expect(["run", "run/", "j/482913", "run/a/b"].map(sessionIn)).toEqual([null, null, null, null]);
  });
});

test("people type an address without what the code says", () => {
  expect(addressOf("https://caja.example/j/482913")).toBe("caja.example");
  expect(addressOf("https://example.org/caja/j/48291300")).toBe("example.org/caja");
});
