import { cleanup, fireEvent, render, screen, within } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import { Participant as Poker } from "../../src/activities/poker/Participant";
import { Participant as Poll } from "../../src/activities/poll/Participant";
import { Participant as Quiz } from "../../src/activities/quiz/Participant";
import { Participant as WordCloud } from "../../src/activities/wordcloud/Participant";
import type {
  FramePoker,
  FramePoll,
  FrameQuiz,
  FrameWordCloud,
  MeResource,
} from "../../src/api/schema";

afterEach(cleanup);

const NOW = 1_000_000;
const now = () => NOW;

function me(more: Partial<MeResource> = {}): MeResource {
  return {
    participant_id: "me",
    nickname: "Marisol",
    spectator: false,
    answers: {},
    score: 0,
    rank: null,
    log: [],
    me_version: 1,
    ...more,
  };
}

const common = { id: "act", title: "Title", status: "active", round: 1, locked: false } as const;

function poll(config: Partial<FramePoll["config"]> = {}, more: Partial<FramePoll> = {}): FramePoll {
  return {
    ...common,
    type: "poll",
    phase: "open",
    revealed: false,
    config: {
      kind: "choice",
      question: "Where to?",
      options: [
        { id: "a", label: "Sea" },
        { id: "b", label: "Hill" },
        { id: "c", label: "Town" },
      ],
      max_choices: 1,
      max_length: 20,
      scale: null,
      results: "on_reveal",
      allow_change: true,
      anonymous: true,
      duration_s: null,
      ...config,
    },
    ...more,
  };
}

const props = { me: me(), letter: undefined, now };
const button = (name: string | RegExp) => screen.getByRole("button", { name });

test("a choice goes off with one tap, and a tap on what is chosen sends nothing", () => {
  const send = vi.fn();
  const { rerender } = render(<Poll {...props} activity={poll()} send={send} />);
  fireEvent.click(button("Sea"));
  expect(send).toHaveBeenLastCalledWith({ choices: ["a"] });
  const letter = { state: "sending", body: { choices: ["a"] } } as const;
  rerender(<Poll {...props} activity={poll()} send={send} letter={letter} />);
  expect(button("Sea").getAttribute("aria-pressed")).toBe("true");
  fireEvent.click(button("Sea"));
  expect(send).toHaveBeenCalledOnce();
  expect(screen.getByText("Sending …")).toBeTruthy();
});

test("taking the last of several choices back withdraws the answer", () => {
  const send = vi.fn();
  const known = me({ answers: { act: { choices: ["a"] } } });
  render(<Poll {...props} me={known} activity={poll({ max_choices: 2 })} send={send} />);
  fireEvent.click(button("Hill"));
  expect(send).toHaveBeenLastCalledWith({ choices: ["a", "b"] });
  fireEvent.click(button("Sea"));
  expect(send).toHaveBeenLastCalledWith(null);
});

test("a final answer is chosen first and sent on purpose", () => {
  const send = vi.fn();
  const activity = poll({ allow_change: false });
  const { rerender } = render(<Poll {...props} activity={activity} send={send} />);
  fireEvent.click(button("Sea"));
  expect(send).not.toHaveBeenCalled();
  fireEvent.click(button("Send"));
  expect(send).toHaveBeenCalledWith({ choices: ["a"] });
  const letter = { state: "saved", body: { choices: ["a"] } } as const;
  rerender(<Poll {...props} activity={activity} send={send} letter={letter} />);
  fireEvent.click(button("Hill"));
  expect(send).toHaveBeenCalledOnce();
  expect(screen.queryByRole("button", { name: "Send" })).toBeNull();
});

test.each([
  ["closed", poll({}, { phase: "closed" }), me(), "Closed"],
  ["locked", poll({}, { phase: "closed", locked: true }), me(), "Answers are paused"],
  ["past its time", poll({ duration_s: 10 }, { ends_at_ms: NOW }), me(), "Closed"],
  ["not for watchers", poll(), me({ spectator: true }), "You are only watching"],
])("a poll that is %s takes nothing and says so", (_, activity, who, said) => {
  const send = vi.fn();
  render(<Poll {...props} me={who} activity={activity} send={send} />);
  fireEvent.click(button("Sea"));
  expect(send).not.toHaveBeenCalled();
  expect(screen.getByText(said)).toBeTruthy();
});

test("results wait for one's own answer where the poll says so", () => {
  const results = { responses: 4, counts: { a: 3, b: 1, c: 0 } };
  const activity = poll({ results: "after_answer" });
  const { rerender } = render(
    <Poll {...props} activity={activity} send={() => {}} results={results} />,
  );
  expect(screen.queryByText("4 answers")).toBeNull();
  const letter = { state: "saved", body: { choices: ["b"] } } as const;
  rerender(
    <Poll {...props} activity={activity} send={() => {}} results={results} letter={letter} />,
  );
  expect(screen.getByText("4 answers")).toBeTruthy();
  expect(button(/^Sea.*3 votes, 75%$/)).toBeTruthy();
});

test("a refusal gives its reason, and the answer before it stays", () => {
  const letter = {
    state: "refused",
    body: { choices: ["b"] },
    code: "not_accepting",
    reason: "late",
  } as const;
  const known = me({ answers: { act: { choices: ["a"] } } });
  render(<Poll {...props} me={known} activity={poll()} send={() => {}} letter={letter} />);
  expect(screen.getByText("This came too late")).toBeTruthy();
  expect(button("Sea").getAttribute("aria-pressed")).toBe("true");
});

test("a step of the scale is an answer, zero too", () => {
  const send = vi.fn();
  const scale = { min: -1, max: 1, min_label: "Bad", max_label: "Good" };
  render(<Poll {...props} activity={poll({ kind: "rating", scale })} send={send} />);
  fireEvent.click(button("0"));
  expect(send).toHaveBeenCalledWith({ rating: 0 });
  cleanup();
  const known = me({ answers: { act: { rating: 0 } } });
  render(<Poll {...props} me={known} activity={poll({ kind: "rating", scale })} send={send} />);
  expect(button("0").getAttribute("aria-pressed")).toBe("true");
});

test("an order is made by tapping and moving, and sent when it is done", async () => {
  const send = vi.fn();
  render(<Poll {...props} activity={poll({ kind: "ranking" })} send={send} />);
  fireEvent.click(button("Place Hill at 1"));
  fireEvent.click(await screen.findByRole("button", { name: "Place Sea at 2" }));
  fireEvent.click(await screen.findByRole("button", { name: "Sea: up" }));
  expect(await screen.findByText("Sea is at place 1 of 3")).toBeTruthy();
  // At the top it can't go on up, so the focus is on the way down.
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Sea: down");
  fireEvent.click(button("Send"));
  expect(send).toHaveBeenCalledWith({ ranking: ["a", "b"] });
});

test("a text is sent as one line, and not beyond its length", async () => {
  const send = vi.fn();
  render(<Poll {...props} activity={poll({ kind: "text" })} send={send} />);
  const field = screen.getByLabelText("Your answer");
  fireEvent.input(field, { target: { value: "x".repeat(21) } });
  expect(await screen.findByText("1 character too many")).toBeTruthy();
  fireEvent.click(button("Send"));
  expect(send).not.toHaveBeenCalled();
  fireEvent.input(field, { target: { value: " two\nlines " } });
  await screen.findByText("11 characters left");
  fireEvent.submit(field.closest("form")!);
  expect(send).toHaveBeenCalledWith({ text: "two lines" });
});

function poker(more: Partial<FramePoker> = {}): FramePoker {
  return {
    ...common,
    type: "poker",
    phase: "voting",
    revealed: false,
    config: {
      allow_change: true,
      auto_reveal: false,
      deck: "fibonacci",
      duration_s: null,
      show_names: true,
    },
    current: {
      index: 0,
      of: 2,
      story: { id: "s1", title: "Export", link: null },
      cards: ["0", "½", "5", "?", "☕"],
    },
    ...more,
  };
}

test("a card is played, and what was played before is held up", () => {
  const send = vi.fn();
  const known = me({ answers: { act: { card: "½" } } });
  render(<Poker {...props} me={known} activity={poker()} send={send} />);
  expect(button("½").getAttribute("aria-pressed")).toBe("true");
  fireEvent.click(button("0"));
  expect(send).toHaveBeenCalledWith({ card: "0" });
  fireEvent.click(button("? not sure"));
  expect(send).toHaveBeenLastCalledWith({ card: "?" });
});

test("on the table lie the cards, with who played them, and nothing can be played", () => {
  const results = {
    round: 2,
    voted: 2,
    total: 2,
    names_omitted: false,
    votes: { "5": 1, "?": 1 },
    cards: [
      { participant_id: "me", nickname: "Marisol", card: "5" },
      { participant_id: "b", nickname: "<b>Bruno</b>", card: "?" },
    ],
    estimate: null,
    rounds: [{ round: 1, votes: { "0": 2 }, mean: 0, median: 0, agreement: 1 }],
    agreement: 0.5,
    bimodal: false,
    consensus: false,
    max: 5,
    mean: 5,
    median: 5,
    min: 5,
    mode: "5",
    outliers: [],
    proposal: "5",
    proposal_reason: "mode" as const,
    spread: 0,
  };
  const known = me({ answers: { act: { card: "5" } } });
  const activity = poker({ phase: "revealed", revealed: true });
  render(<Poker {...props} me={known} activity={activity} send={() => {}} results={results} />);
  expect(screen.getAllByText("5 is the most frequent estimate.").length).toBeGreaterThan(0);
  const cards = within(screen.getByRole("list", { name: "Played cards" })).getAllByRole("listitem");
  expect(cards.map((card) => card.textContent)).toEqual([
    "51 personyou tooMarisol",
    "?1 person<b>Bruno</b>",
  ]);
  expect(screen.getByText("1 earlier round")).toBeTruthy();
  expect(screen.queryByRole("group", { name: "Your cards" })).toBeNull();
});

function quiz(
  question: Partial<NonNullable<FrameQuiz["current"]>["question"]> = {},
  more: Partial<FrameQuiz> = {},
): FrameQuiz {
  return {
    ...common,
    type: "quiz",
    phase: "open",
    revealed: false,
    opens_at_ms: NOW - 1_000,
    ends_at_ms: NOW + 19_000,
    config: {
      countdown_s: 3,
      duration_s: null,
      leaderboard: "all",
      leaderboard_size: 10,
      scoring: "speed",
      streak_bonus: true,
    },
    current: {
      index: 0,
      of: 3,
      question: {
        id: "q1",
        kind: "choice",
        prompt: "Which city?",
        options: [
          { id: "a", label: "Lisbon" },
          { id: "b", label: "Porto" },
          { id: "c", label: "Seville" },
        ],
        points: 1000,
        time_limit_s: 20,
        ...question,
      },
    },
    ...more,
  };
}

test("in a quiz one tap answers, for the question it was for", () => {
  const send = vi.fn();
  render(<Quiz {...props} activity={quiz()} send={send} />);
  expect(screen.getByRole("timer").textContent).toContain("19");
  fireEvent.click(button("Porto"));
  expect(send).toHaveBeenCalledWith({ question: "q1", choices: ["b"] }, "q1");
});

test("where several are right they are chosen first, and sent together", async () => {
  const send = vi.fn();
  render(<Quiz {...props} activity={quiz({ several: true })} send={send} />);
  await screen.findByText("Choose all that are right");
  fireEvent.click(button("Lisbon"));
  await vi.waitFor(() => expect(button("Lisbon").getAttribute("aria-pressed")).toBe("true"));
  fireEvent.click(button("Seville"));
  await vi.waitFor(() => expect(button("Seville").getAttribute("aria-pressed")).toBe("true"));
  expect(send).not.toHaveBeenCalled();
  fireEvent.click(button("Send"));
  expect(send).toHaveBeenCalledWith({ question: "q1", choices: ["a", "c"] }, "q1");
});

test("before it opens and after it closes by the server's clock nothing can be answered", () => {
  const early = quiz({}, { phase: "open", opens_at_ms: NOW + 1_500 });
  const { rerender } = render(<Quiz {...props} activity={early} send={() => {}} />);
  expect(screen.getAllByText("Get ready").length).toBeGreaterThan(0);
  expect(screen.queryByRole("button", { name: "Porto" })).toBeNull();
  const send = vi.fn();
  rerender(<Quiz {...props} activity={quiz({}, { ends_at_ms: NOW })} send={send} />);
  fireEvent.click(button("Porto"));
  expect(send).not.toHaveBeenCalled();
  expect(screen.getAllByText("Time is up").length).toBeGreaterThan(0);
});

test("an answer to the question before is none to this one", () => {
  const known = me({ answers: { act: { question: "q0", choices: ["b"] } } });
  render(<Quiz {...props} me={known} activity={quiz()} send={() => {}} />);
  expect(button("Porto").getAttribute("aria-pressed")).toBe("false");
});

test("a buzzer buzzes once and says the place", () => {
  const send = vi.fn();
  const activity = quiz({ kind: "buzzer", options: [] });
  const { rerender } = render(<Quiz {...props} activity={activity} send={send} />);
  fireEvent.click(button("Buzz!"));
  expect(send).toHaveBeenCalledWith({ question: "q1", buzz: true }, "q1");
  const letter = { state: "saved", body: { question: "q1", buzz: true }, position: 2 } as const;
  rerender(<Quiz {...props} activity={activity} send={send} letter={letter} />);
  fireEvent.click(button("Buzzed"));
  expect(send).toHaveBeenCalledOnce();
  expect(screen.getByText("You were number 2")).toBeTruthy();
});

test("the reveal shows right or wrong, points, streak, place and the best", () => {
  const activity = quiz(
    { correct: ["b"], explanation: "It won." },
    { phase: "revealed", revealed: true },
  );
  const known = me({
    answers: { act: { question: "q1", choices: ["b"] } },
    score: 1970,
    rank: 2,
    log: [{ question: "q1", correct: true, points: 970, ms: 900, streak: 2 }],
  });
  const row = { score: 2000, rank: 1, delta: 1 };
  const results = {
    question: "q1",
    answered: 2,
    total: 2,
    counts: { a: 1, b: 1, c: 0 },
    correct: ["b"],
    fastest: [],
    leaderboard: [
      { ...row, participant_id: "x", nickname: null },
      { participant_id: "me", nickname: "Marisol", score: 1970, rank: 2, delta: -1 },
    ],
  };
  render(<Quiz {...props} me={known} activity={activity} send={() => {}} results={results} />);
  expect(screen.getByText("Right!")).toBeTruthy();
  expect(screen.getByText("+970 points")).toBeTruthy();
  expect(screen.getByText("2 in a row")).toBeTruthy();
  expect(screen.getByText("Place 2")).toBeTruthy();
  expect(screen.getByText("It won.")).toBeTruthy();
  const rows = within(screen.getByRole("list", { name: "Leaderboard" })).getAllByRole("listitem");
  expect(rows.map((each) => each.textContent)).toEqual([
    "1Somebody▲1up 12,000",
    "2Marisol▼1down 11,970",
  ]);
  expect(rows[1]?.getAttribute("aria-current")).toBe("true");
});

function cloud(config: Partial<FrameWordCloud["config"]> = {}): FrameWordCloud {
  return {
    ...common,
    type: "wordcloud",
    phase: "open",
    revealed: false,
    config: {
      allow_phrases: false,
      duration_s: null,
      max_length: 10,
      max_words: 2,
      prompt: "In a word?",
      results: "always",
      ...config,
    },
  };
}

test("words are sent as the whole list, and taking the last back withdraws", async () => {
  const send = vi.fn();
  const { rerender } = render(<WordCloud {...props} activity={cloud()} send={send} />);
  const field = screen.getByLabelText<HTMLInputElement>("A word");
  fireEvent.input(field, { target: { value: "brave" } });
  fireEvent.submit(field.closest("form")!);
  expect(send).toHaveBeenCalledWith({ words: ["brave"] });
  const letter = { state: "saved", body: { words: ["brave"] } } as const;
  rerender(<WordCloud {...props} activity={cloud()} send={send} letter={letter} />);
  await vi.waitFor(() => expect(field.value).toBe(""));
  expect(screen.getByText("You have 1 word left")).toBeTruthy();
  fireEvent.input(field, { target: { value: "one two" } });
  fireEvent.submit(field.closest("form")!);
  expect(await screen.findByText("Only 1 more fits")).toBeTruthy();
  fireEvent.click(button("Take back brave"));
  expect(send).toHaveBeenLastCalledWith(null);
});
