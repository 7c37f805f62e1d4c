// Activities as a town hall has them.

import type { CreateActivity } from "../../../src/api/schema.ts";

type Of<Type extends CreateActivity["type"]> = Extract<CreateActivity, { type: Type }>["config"];

const PLACES = [
  { id: "a", label: "By the sea" },
  { id: "b", label: "In the mountains" },
  { id: "c", label: "A city none of us knows" },
  { id: "d", label: "Right here, with better coffee" },
];

export function choice(config: Partial<Of<"poll">> = {}): CreateActivity {
  return {
    type: "poll",
    title: "Offsite",
    config: {
      kind: "choice",
      question: "Where should the next offsite be?",
      options: PLACES,
      ...config,
    },
  };
}

export function rating(config: Partial<Of<"poll">> = {}): CreateActivity {
  return {
    type: "poll",
    title: "Mood",
    config: {
      kind: "rating",
      question: "How was this quarter for you?",
      scale: { min: 1, max: 10, min_label: "Hard", max_label: "Great" },
      ...config,
    },
  };
}

export function ranking(config: Partial<Of<"poll">> = {}): CreateActivity {
  return {
    type: "poll",
    title: "Order",
    config: { kind: "ranking", question: "What should we fix first?", options: PLACES, ...config },
  };
}

export function text(config: Partial<Of<"poll">> = {}): CreateActivity {
  return {
    type: "poll",
    title: "Words",
    config: { kind: "text", question: "What did we not talk about?", ...config },
  };
}

export function poker(config: Partial<Of<"poker">> = {}): CreateActivity {
  return {
    type: "poker",
    title: "Sprint 42",
    config: {
      stories: [
        { title: "Export the report as a spreadsheet", link: "https://example.org/42" },
        { title: "Sign in with the company's account" },
      ],
      ...config,
    },
  };
}

export function quiz(config: Partial<Of<"quiz">> = {}): CreateActivity {
  return {
    type: "quiz",
    title: "How well do we know us?",
    config: {
      countdown_s: 0,
      questions: [
        {
          id: "q1",
          kind: "choice",
          prompt: "Which city hosts the all hands?",
          options: [
            { id: "a", label: "Lisbon" },
            { id: "b", label: "Porto" },
            { id: "c", label: "Seville" },
          ],
          correct: ["b"],
          time_limit_s: 60,
          explanation: "It won by four votes in spring.",
        },
        {
          id: "q2",
          kind: "true_false",
          prompt: "We have more cats than people.",
          correct: ["true"],
          time_limit_s: 60,
        },
        {
          id: "q3",
          kind: "numeric",
          prompt: "How many coffees did we drink in October?",
          correct: { value: 4210.5, tolerance: 100 },
          time_limit_s: 60,
        },
        { id: "q4", kind: "buzzer", prompt: "Who sings this?", time_limit_s: 60 },
      ],
      ...config,
    },
  };
}

export function wordcloud(config: Partial<Of<"wordcloud">> = {}): CreateActivity {
  return {
    type: "wordcloud",
    title: "In a word",
    config: { prompt: "This year in a word?", ...config },
  };
}
