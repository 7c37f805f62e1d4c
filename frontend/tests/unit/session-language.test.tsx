// A page speaks what somebody chose, else what the session speaks, else what the browser does.

import { cleanup, render } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import { storage } from "../../src/api/storage";
import { language, setLanguage, suggestLanguage } from "../../src/i18n/language";
import { useSessionLanguage } from "../../src/i18n/useSessionLanguage";
import { invite } from "../../src/pages/participant/joining";

afterEach(() => {
  cleanup();
  storage.remove("caja:language");
  suggestLanguage(null);
  vi.unstubAllGlobals();
});

function Followed({ locale }: { locale: string | null | undefined }) {
  useSessionLanguage(locale);
  return null;
}

test("a session's language is spoken, and the browser's again where it has none", () => {
  expect(language()).toBe("en");
  const { rerender } = render(<Followed locale={undefined} />);
  expect(language()).toBe("en");
  rerender(<Followed locale="es-MX" />);
  expect(language()).toBe("es");
  expect(document.documentElement.lang).toBe("es");
  rerender(<Followed locale="tlh" />);
  expect(language()).toBe("en");
  rerender(<Followed locale="es" />);
  rerender(<Followed locale={null} />);
  expect(language()).toBe("en");
});

test("what somebody chose wins", () => {
  setLanguage("en");
  suggestLanguage("es");
  expect(language()).toBe("en");
  suggestLanguage(null);
  setLanguage("es");
  suggestLanguage("en");
  expect(language()).toBe("es");
});

test("an invitation brings its language along", async () => {
  const invitation = { session_id: "s", name: "Todos", locale: "es", status: "active" };
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(invitation)));
  expect((await invite("123456")).ok).toBe(true);
  expect(language()).toBe("es");
});
