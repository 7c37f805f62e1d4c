// Each kind of activity in its editor: what is typed is what the server has, what the phone shows, and
// what is there after coming back.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import type { QuizConfig } from "../../src/api/schema";
import {
  activityOf,
  addActivity,
  button,
  dialog,
  field,
  gone,
  newSession,
  openAdmin,
  save,
  textbox,
  toSection,
  type Watched,
} from "./support/admin.ts";
import { openBrowser, typeHere } from "./support/browser.ts";
import { type Server, startServer } from "./support/server.ts";

let server: Server;
let browser: Browser;
let page: Watched;
let session: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  page = await openAdmin(browser, server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  session = await newSession(server, "Editors");
  await toSection(page, server, session, "edit");
  await page.getByText("No activities yet").waitFor();
});

const phone = () => page.getByRole("region", { name: "On the phone" });

async function configOf(title: string): Promise<Record<string, unknown>> {
  return (await activityOf(server, session, title)).config as Record<string, unknown>;
}

/** As if another day. */
async function comeBack(): Promise<void> {
  await page.reload();
  await field(page, "Title").waitFor();
  expect(page.wrongs).toEqual([]);
}

async function fillOptions(...labels: string[]): Promise<void> {
  for (const [at, label] of labels.entries()) {
    if (at >= 2) await button(page, "Add option").click();
    await textbox(page, `Option ${String.fromCharCode(65 + at)}`).fill(label);
  }
}

test("a choice of several says how many, and never more than there are", async () => {
  await addActivity(page, "Poll", "What next?");
  await fillOptions("Tests", "Docs", "Speed");
  await field(page, "Options that one person may choose").fill("5");
  await button(page, "Save").click();
  await page
    .getByText("Must be between 1 and the number of options.", { exact: true })
    .first()
    .waitFor();
  expect(await field(page, "Options that one person may choose").getAttribute("aria-invalid")).toBe(
    "true",
  );
  await field(page, "Options that one person may choose").fill("2");
  await phone().getByText("up to 2", { exact: false }).waitFor();
  await field(page, "Answers can be changed").uncheck();
  await field(page, "Ends by itself after (seconds)").fill("90");
  await save(page);
  expect(await configOf("What next?")).toMatchObject({
    kind: "choice",
    max_choices: 2,
    allow_change: false,
    anonymous: true,
    duration_s: 90,
    results: "on_reveal",
    options: [{ label: "Tests" }, { label: "Docs" }, { label: "Speed" }],
  });
  await comeBack();
  expect(await field(page, "Options that one person may choose").inputValue()).toBe("2");
  expect(await field(page, "Ends by itself after (seconds)").inputValue()).toBe("90");
});

test("a number can be emptied and typed anew", async () => {
  await addActivity(page, "Poll", "How many?");
  await fillOptions("One", "Two");
  const most = field(page, "Options that one person may choose");
  await most.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  expect(await most.inputValue()).toBe("");
  await page.keyboard.type("2");
  expect(await most.inputValue()).toBe("2");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Tab");
  expect(await most.inputValue()).toBe("1");
});

test("a ranking has options in an order that the keyboard changes", async () => {
  await addActivity(page, "Poll", "What first?");
  await field(page, "Kind").selectOption("ranking");
  await fillOptions("Tests", "Docs", "Speed");
  await button(page, "Move Option C up").focus();
  await page.keyboard.press("Enter");
  await page.getByText("Option C is now number 2 of 3").waitFor({ state: "attached" });
  expect(await textbox(page, "Option B").inputValue()).toBe("Speed");
  await page.keyboard.press("Enter");
  expect(await textbox(page, "Option A").inputValue()).toBe("Speed");
  await button(page, "Remove Option C").click();
  await gone(textbox(page, "Option C"));
  // Two are the least: there is no third to remove.
  expect(await button(page, "Remove Option A").getAttribute("aria-disabled")).toBe("true");
  await save(page);
  const { kind, options } = await configOf("What first?");
  expect([kind, (options as { label: string }[]).map(({ label }) => label)]).toEqual([
    "ranking",
    ["Speed", "Tests"],
  ]);
  await phone().getByRole("button", { name: "Place Speed at 1" }).waitFor();
});

test("a rating has a scale with words for its ends, and says where it does not fit", async () => {
  await addActivity(page, "Poll", "How was it?");
  await field(page, "Kind").selectOption("rating");
  await field(page, "From").fill("7");
  await field(page, "to").fill("0");
  await button(page, "Save").click();
  await page
    .getByText("Must go from a lower to a higher number", { exact: false })
    .first()
    .waitFor();
  await button(page, "Scale").click();
  await expect
    .poll(() => field(page, "From").evaluate((input) => input === document.activeElement))
    .toBe(true);
  await field(page, "From").fill("0");
  await field(page, "to").fill("7");
  await field(page, "Lowest means").fill("Dreadful");
  await field(page, "Highest means").fill("Splendid");
  await field(page, "Participants see the results").selectOption("after_answer");
  await phone().getByRole("button", { name: "Splendid" }).waitFor();
  expect(await phone().getByRole("button").count()).toBe(8);
  await save(page);
  expect(await configOf("How was it?")).toMatchObject({
    kind: "rating",
    scale: { min: 0, max: 7, min_label: "Dreadful", max_label: "Splendid" },
    results: "after_answer",
  });
});

test("an open text has its length, and another kind gives back what was typed", async () => {
  await addActivity(page, "Poll", "Tell us");
  await fillOptions("Kept", "Also kept");
  await field(page, "Kind").selectOption("text");
  await field(page, "Characters an answer may have").fill("5000");
  await button(page, "Save").click();
  await page.getByText("Must be between 1 and 1,000.", { exact: true }).first().waitFor();
  await field(page, "Characters an answer may have").fill("140");
  await field(page, "Anonymous").uncheck();
  await save(page);
  expect(await configOf("Tell us")).toMatchObject({
    kind: "text",
    max_length: 140,
    anonymous: false,
  });
  await addActivity(page, "Poll", "Another");
  await fillOptions("Kept", "Also kept");
  await field(page, "Kind").selectOption("text");
  await field(page, "Kind").selectOption("choice");
  expect(await textbox(page, "Option B").inputValue()).toBe("Also kept");
});

test("a deck of one's own is typed as it is read, and says what does not fit", async () => {
  await addActivity(page, "Planning poker", "How big?");
  await field(page, "Story 1").fill("The big one");
  await field(page, "Link (optional)").fill("not an address");
  await field(page, "Cards").selectOption("own");
  await field(page, "My cards").fill("S M M");
  await button(page, "Save").click();
  await page.getByText("Must be an address that begins with", { exact: false }).first().waitFor();
  await page.getByText("Each card may be there only once", { exact: false }).first().waitFor();
  expect(await field(page, "My cards").getAttribute("aria-invalid")).toBe("true");
  await field(page, "Link (optional)").fill("https://example.org/42");
  await field(page, "My cards").fill("S, M, L, XXL ");
  await phone().getByRole("button", { name: "XXL", exact: true }).waitFor();
  await field(page, "Reveal by itself").check();
  await field(page, "Show who played which card").uncheck();
  await save(page);
  expect(await configOf("How big?")).toMatchObject({
    deck: ["S", "M", "L", "XXL"],
    auto_reveal: true,
    show_names: false,
    stories: [{ title: "The big one", link: "https://example.org/42" }],
  });
  await comeBack();
  expect(await field(page, "My cards").inputValue()).toBe("S M L XXL");
  await field(page, "Cards").selectOption("t_shirt");
  await phone().getByRole("button", { name: "XXS", exact: true }).waitFor();
  await save(page);
  expect((await configOf("How big?"))["deck"]).toBe("t_shirt");
});

test("a quiz asks in every way there is", async () => {
  await addActivity(page, "Quiz", "All kinds");
  const question = (n: number) => page.getByRole("group", { name: `Question ${n}`, exact: true });
  const asks = async (n: number, prompt: string, kind: string) => {
    if (n > 1) await button(page, "Add question").click();
    await textbox(question(n), "Question").fill(prompt);
    await field(question(n), "Kind").selectOption(kind);
  };
  await asks(1, "Which are primes?", "choice");
  await textbox(question(1), "Option A").fill("2");
  await textbox(question(1), "Option B").fill("3");
  await button(question(1), "Add option to question 1").click();
  await typeHere(page, "4");
  await button(page, "Save").click();
  await page.getByText("Mark which is right.", { exact: true }).first().waitFor();
  await page.getByRole("checkbox", { name: "Right A", exact: true }).check();
  await page.getByRole("checkbox", { name: "Right B", exact: true }).check();
  await field(question(1), "Explanation").fill("Four is two times two.");
  await field(question(1), "Seconds to answer").fill("45");
  await field(question(1), "Points").fill("500");
  await asks(2, "We like Mondays.", "true_false");
  await field(question(2), "Right answer").selectOption("false");
  await asks(3, "How many are we?", "numeric");
  await button(page, "Save").click();
  await page.getByText("Enter the right number.", { exact: true }).first().waitFor();
  // The tolerance may come first.
  await field(question(3), "Tolerance").fill("2.5");
  await field(question(3), "Right answer").fill("42");
  await phone().getByText("Question 3 of 3").waitFor();
  await asks(4, "Who sings this?", "buzzer");
  await question(4).getByText("People press a buzzer", { exact: false }).waitFor();
  await field(page, "Points for right answers").selectOption("rank");
  await field(page, "Bonus for several right answers in a row").check();
  await field(page, "Leaderboard seen by").selectOption("runner");
  await field(page, "Rows of the leaderboard").fill("5");
  await field(page, "Countdown before each question (seconds)").fill("0");
  await save(page);
  const config = (await configOf("All kinds")) as unknown as QuizConfig;
  expect(config).toMatchObject({
    scoring: "rank",
    streak_bonus: true,
    leaderboard: "runner",
    leaderboard_size: 5,
    countdown_s: 0,
  });
  expect(config.questions).toMatchObject([
    {
      kind: "choice",
      correct: ["a", "b"],
      time_limit_s: 45,
      points: 500,
      explanation: "Four is two times two.",
    },
    { kind: "true_false", correct: ["false"] },
    { kind: "numeric", correct: { value: 42, tolerance: 2.5 } },
    { kind: "buzzer", prompt: "Who sings this?" },
  ]);
  await comeBack();
  expect(await field(question(3), "Tolerance").inputValue()).toBe("2.5");
  expect(await field(question(2), "Right answer").inputValue()).toBe("false");
});

test("a question keeps its options when its kind is tried, and asks before it goes", async () => {
  await addActivity(page, "Quiz", "Careful");
  await textbox(page, "Question").fill("Where?");
  await textbox(page, "Option A").fill("Lisbon");
  await textbox(page, "Option B").fill("Porto");
  for (const kind of ["numeric", "true_false", "buzzer", "choice"]) {
    await field(page, "Kind").selectOption(kind);
  }
  expect(await textbox(page, "Option B").inputValue()).toBe("Porto");
  await button(page, "Add question").click();
  // Nothing is written in the second one, so there is nothing to ask.
  await button(page, "Remove Question 2").click();
  await gone(page.getByRole("group", { name: "Question 2", exact: true }));
  await button(page, "Add question").click();
  await button(page, "Remove Question 1").click();
  await dialog(page, "Remove Question 1?").waitFor();
  await button(dialog(page), "Cancel").click();
  expect(await textbox(page, "Option B").first().inputValue()).toBe("Porto");
  await button(page, "Remove Question 1").click();
  await button(dialog(page), "Remove Question 1").click();
  await gone(page.getByRole("group", { name: "Question 2", exact: true }));
  expect(await textbox(page, "Question").inputValue()).toBe("");
});

test("a word cloud has its limits, and a list of words that nobody may give", async () => {
  await addActivity(page, "Word cloud", "In a word?");
  await field(page, "Words that one person may give").fill("11");
  await field(page, "Characters a word may have").fill("2");
  await field(page, "Words that are refused").fill("boring, ...");
  await button(page, "Save").click();
  await page.getByText("Must be between 1 and 10.", { exact: true }).first().waitFor();
  await page.getByText("Must be between 3 and 50.", { exact: true }).first().waitFor();
  await page
    .getByText("Must have letters or digits, not only punctuation.", { exact: true })
    .first()
    .waitFor();
  await button(page, "Words that one person may give").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("2");
  await field(page, "Characters a word may have").fill("12");
  await field(page, "Words that are refused").fill("boring, so so, ");
  await field(page, "Words may have spaces in them").check();
  await field(page, "Participants see the results").selectOption("never");
  await save(page);
  expect(await configOf("In a word?")).toMatchObject({
    max_words: 2,
    max_length: 12,
    allow_phrases: true,
    banned_words: ["boring", "so so"],
    results: "never",
  });
  await comeBack();
  expect(await field(page, "Words that are refused").inputValue()).toBe("boring, so so");
});

test("the focus stays where it is when something new is saved", async () => {
  await addActivity(page, "Word cloud", "Focused?");
  await field(page, "Characters a word may have").focus();
  await page.keyboard.press("Control+s");
  await page.getByText("All is saved").waitFor();
  await expect
    .poll(() =>
      field(page, "Characters a word may have").evaluate((at) => at === document.activeElement),
    )
    .toBe(true);
});

test("changes are thrown away only after a question", async () => {
  await addActivity(page, "Word cloud", "Saved");
  await save(page);
  await field(page, "Title").fill("Changed");
  await button(page, "Discard changes").click();
  await dialog(page, "Discard your changes?").waitFor();
  await button(dialog(page), "Cancel").click();
  expect(await field(page, "Title").inputValue()).toBe("Changed");
  await button(page, "Discard changes").click();
  await button(dialog(page), "Discard changes").click();
  await page.getByText("All is saved").waitFor();
  expect(await field(page, "Title").inputValue()).toBe("Saved");
});

test("all that the server refuses is said in Spanish too", async () => {
  const spanish = await openAdmin(browser, server, { locale: "es-MX" });
  await toSection(spanish, server, session, "edit");
  await button(spanish, "Póquer de planificación").click();
  await field(spanish, "Título").fill("Póquer");
  await field(spanish, "Historia 1").fill("Algo");
  await field(spanish, "Enlace (opcional)").fill("nada");
  await field(spanish, "Cartas").selectOption("own");
  await field(spanish, "Mis cartas").fill("1 1");
  await field(spanish, "Se cierra sola después de (segundos)").fill("90000");
  await button(spanish, "Guardar").click();
  for (const text of [
    "Debe ser una dirección que empiece por",
    "Cada carta puede estar solo una vez",
    "Debe estar entre 1 y 86.400",
  ]) {
    await spanish.getByText(text, { exact: false }).first().waitFor();
  }
  const said = await spanish.locator(".wrong, .wrongs li").allTextContents();
  expect(said.filter((each) => /\b(must|is|has|the|and)\b/i.test(each))).toEqual([]);
  await spanish.context().close();
});
