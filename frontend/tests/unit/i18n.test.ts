import { describe, expect, test } from "vitest";

import { texts as admin } from "../../src/i18n/admin";
import { dictionary, type Text } from "../../src/i18n/dictionary";
import { formatCode, formatNumber, formatPercent } from "../../src/i18n/format";
import { chosen } from "../../src/i18n/language";
import { texts as participant } from "../../src/i18n/participant";
import { texts as activities } from "../../src/i18n/participant/activities";
import { texts as room } from "../../src/i18n/participant/room";
import { texts as runner } from "../../src/i18n/runner";
import { texts as shared } from "../../src/i18n/shared";

const pages = { shared, participant, activities, room, runner, admin };

function forms(text: Text): string[] {
  return typeof text === "string" ? [text] : Object.values(text);
}

function parameters(text: Text): string[] {
  const names = forms(text).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!));
  return [...new Set(names)].sort();
}

describe.each(Object.entries(pages))("the texts of %s", (_, { texts }) => {
  test("have the same keys in every language", () => {
    expect(Object.keys(texts.es).sort()).toEqual(Object.keys(texts.en).sort());
  });

  test("have the same parameters in every language", () => {
    for (const [key, text] of Object.entries(texts.en)) {
      expect([key, parameters(texts.es[key]!)]).toEqual([key, parameters(text)]);
    }
  });

  test("have every plural form that the language has for whole numbers", () => {
    for (const [language, all] of Object.entries(texts)) {
      const rules = new Intl.PluralRules(language);
      const needed = [0, 1, 2, 5, 11].map((count) => rules.select(count));
      for (const [key, text] of Object.entries(all)) {
        if (typeof text !== "string")
          expect([key, Object.keys(text)]).toEqual([key, expect.arrayContaining(needed)]);
      }
    }
  });

  test("are never empty", () => {
    for (const all of Object.values(texts)) {
      for (const [key, text] of Object.entries(all)) {
        for (const form of forms(text)) expect([key, form.trim()]).not.toEqual([key, ""]);
      }
    }
  });
});

const sample = dictionary({
  en: { hello: "Hello, {name}", here: { one: "{count} person", other: "{count} people" } },
  es: { hello: "Hola, {name}", here: { one: "{count} persona", other: "{count} personas" } },
});

test("parameters are put in as they are", () => {
  expect(sample.in("es")("hello", { name: "<b>$&{name}</b>" })).toBe("Hola, <b>$&{name}</b>");
});

test("the count decides the form and is written as the language does", () => {
  const t = sample.in("es");
  expect(t("here", { count: 1 })).toBe("1 persona");
  expect(t("here", { count: 12_500 })).toBe("12.500 personas");
});

test("the browser's first known language is taken, unless one was chosen", () => {
  expect(chosen(null, ["fr-CA", "es-MX", "en"])).toBe("es");
  expect(chosen("en", ["es"])).toBe("en");
  expect(chosen("tlh", ["es"])).toBe("es");
  expect(chosen(null, ["fr"])).toBe("en");
  expect(chosen("constructor", [])).toBe("en");
});

test("numbers are written as the language does", () => {
  expect(formatNumber(1234.567, "en")).toBe("1,234.57");
  expect(formatPercent(0.456, "en")).toBe("46%");
  expect(formatPercent(0.456, "es")).toBe("46\u00a0%");
  expect(formatCode("482913")).toBe("482\u00a0913");
  expect(formatCode("4829137")).toBe("4829\u00a0137");
});
