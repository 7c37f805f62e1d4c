// Every problem that an administrator's request may have is said in the reader's language.

import { expect, test } from "vitest";

import { texts } from "../../src/i18n/admin";
import { explain } from "../../src/pages/admin/problems";

const [document] = Object.values(
  import.meta.glob<string>("../../../openapi.json", {
    query: "?raw",
    import: "default",
    eager: true,
  }),
);

/** What says which field is wrong, what only a fault of this page would cause, what is silent, and what
 * only participants are told. */
const OTHERWISE = [
  "validation",
  "malformed_json",
  "method_not_allowed",
  "unsupported_media_type",
  "stale_round",
  "removed",
];

type Operation = { security?: Record<string, unknown>[]; responses: object };

function codes(): string[] {
  const { paths, components } = JSON.parse(document!);
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { $ref, code, status } = value as Record<string, unknown>;
    const [, response] = /^#\/components\/responses\/(.+)$/.exec(String($ref)) ?? [];
    if (response !== undefined) look(components.responses[response]);
    if (typeof code === "string" && typeof status === "number") found.add(code);
    Object.values(value).forEach(look);
  };
  const operations = Object.values(paths).flatMap((path) => Object.values(path as object));
  for (const { security, responses } of operations as Operation[]) {
    if (security?.some((by) => "admin" in by)) look(responses);
  }
  return [...found];
}

test("every problem that an administrator may get has words of its own in every language", () => {
  const all = codes();
  expect(all.length).toBeGreaterThan(20);
  const t = texts.in("es");
  const general = (code: string) => t("problem_other", { code });
  const unknown = all.filter((code) => explain(t, { status: 400, code }) === general(code));
  expect(unknown.filter((code) => !OTHERWISE.includes(code))).toEqual([]);
});
