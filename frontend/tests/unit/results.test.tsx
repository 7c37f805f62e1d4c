// What the report and the control room say of results, and that they say what they leave out.

import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";

import type { Reports } from "../../src/api/schema";
import { setLanguage } from "../../src/i18n/language";
import { Results } from "../../src/pages/admin/Results";

afterEach(() => {
  cleanup();
  setLanguage("en");
});

const words = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: `word ${index}`, count: 1 }));
const texts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ item_id: `t${index}`, text: `text ${index}` }));

const CUT = "; all are in the downloads.";

test.each<[string, "poll" | "wordcloud" | "quiz", unknown, string | null]>([
  ["words", "wordcloud", { responses: 300, distinct: 87, words: words(50) }, "Showing 20 of 87"],
  ["few words", "wordcloud", { responses: 300, distinct: 20, words: words(20) }, null],
  ["texts", "poll", { responses: 300, latest: texts(50) }, "Showing 50 of 300"],
  ["texts of which some are hidden", "poll", { responses: 30, latest: texts(28) }, null],
  ["guessed numbers", "quiz", guessed({ "1": 18, "4210.5": 2 }, 45), "Showing 20 of 45"],
  ["few guessed numbers", "quiz", guessed({ "1": 18 }, 18), null],
])("of %s what is left out is said", (_, type, results, said) => {
  render(<Results type={type} results={results as Reports} />);
  expect(screen.queryByText(/^Showing/)?.textContent ?? null).toBe(said && said + CUT);
});

function guessed(counts: Record<string, number>, answered: number) {
  const correct = { value: 1, tolerance: 0 };
  const question = {
    id: "q",
    prompt: "How many?",
    options: [],
    right: 1,
    answered,
    counts,
    correct,
  };
  return { question: null, questions: [question] };
}

test("numbers that people chose are written as the reader writes them", () => {
  setLanguage("es");
  render(<Results type="quiz" results={guessed({ "4210.5": 2 }, 2) as unknown as Reports} />);
  screen.getByText("4210,5");
});

test.each([
  [0.7, "agreed"],
  [0.69, ""],
])("an agreement of %s is shown as %s", (agreement, look) => {
  const round = { round: 1, votes: { "5": 7, "8": 3 }, agreement, mean: 5, median: 5 };
  const story = { id: "s", title: "Kettle", estimate: null, rounds: [round] };
  render(<Results type="poker" results={{ stories: [story] } as unknown as Reports} />);
  expect(screen.getByText(/^Agreement/).className).toBe(look);
});
