// What is being written, as a phone would get it: a frame's activity with everything filled in. Pure.

import { cardsOf } from "../../../activities/poker/decks";
import { letterOf } from "../../../components/tones";
import type {
  ChoiceOption,
  ChoiceOptionInput,
  FrameActivity,
  FramePoker,
  FramePoll,
  FrameQuiz,
  FrameWordCloud,
  PokerConfigInput,
  PollConfigInput,
  QuizConfigInput,
  WordCloudConfigInput,
} from "../../../api/schema";
import type { Written } from "../drafts";

/** A moment that never passes: the preview's clocks stand still. */
export const MOMENT = 1_700_000_000_000;

const COMMON = { id: "00000000-0000-7000-8000-000000000000", round: 1, status: "active" } as const;

type Words = { untitled: string; option: (letter: string) => string; yes: string; no: string };

export function madeUp(written: Written, look: number, words: Words): FrameActivity {
  const title = written.title.trim() || words.untitled;
  switch (written.type) {
    case "poll":
      return poll(written.config, title, words);
    case "poker":
      return poker(written.config, title, look);
    case "quiz":
      return quiz(written.config, title, look, words);
    case "wordcloud":
      return wordCloud(written.config, title);
  }
}

function filled(options: readonly ChoiceOptionInput[], words: Words): ChoiceOption[] {
  return options.map(({ id, label }, index) => ({
    id: id ?? `option-${index}`,
    label: label.trim() || words.option(letterOf(index)),
  }));
}

function poll(config: PollConfigInput, title: string, words: Words): FramePoll {
  return {
    ...COMMON,
    type: "poll",
    title,
    phase: "open",
    locked: false,
    revealed: false,
    config: {
      kind: config.kind,
      question: config.question?.trim() || title,
      options: filled(config.options ?? [], words),
      max_choices: config.max_choices ?? 1,
      scale: config.kind === "rating" ? scaleOf(config) : null,
      max_length: config.max_length ?? 280,
      results: config.results ?? "on_reveal",
      allow_change: config.allow_change ?? true,
      anonymous: config.anonymous ?? true,
      duration_s: config.duration_s ?? null,
    },
  };
}

/** Half a number typed is no reason to draw two hundred buttons, or none. */
function scaleOf({ scale }: PollConfigInput) {
  const { min = 1, max = 5, min_label = null, max_label = null } = scale ?? {};
  const fits = max > min && max - min <= 20;
  return { min: fits ? min : 1, max: fits ? max : 5, min_label, max_label };
}

function poker(config: PokerConfigInput, title: string, look: number): FramePoker {
  const stories = (config.stories ?? []).filter((story) => story.title.trim() !== "");
  const index = Math.min(look, Math.max(0, stories.length - 1));
  const story = stories[index];
  const deck = config.deck ?? "fibonacci";
  return {
    ...COMMON,
    type: "poker",
    title,
    phase: "voting",
    locked: false,
    revealed: false,
    config: {
      deck,
      allow_change: config.allow_change ?? true,
      auto_reveal: config.auto_reveal ?? false,
      show_names: config.show_names ?? true,
      duration_s: config.duration_s ?? null,
    },
    current: {
      index,
      of: stories.length,
      story: story
        ? { id: story.id ?? `s${index + 1}`, title: story.title, link: story.link ?? null }
        : null,
      cards: cardsOf(deck),
    },
  };
}

function quiz(config: QuizConfigInput, title: string, look: number, words: Words): FrameQuiz {
  const index = Math.min(look, config.questions.length - 1);
  const question = config.questions[index];
  const limit = question?.time_limit_s ?? 20;
  const yesNo = [
    { id: "true", label: words.yes },
    { id: "false", label: words.no },
  ];
  return {
    ...COMMON,
    type: "quiz",
    title,
    phase: "open",
    locked: false,
    revealed: false,
    opens_at_ms: MOMENT - 1,
    ends_at_ms: MOMENT + limit * 1000,
    config: {
      scoring: config.scoring ?? "speed",
      streak_bonus: config.streak_bonus ?? false,
      countdown_s: config.countdown_s ?? 3,
      leaderboard: config.leaderboard ?? "all",
      leaderboard_size: config.leaderboard_size ?? 10,
      duration_s: config.duration_s ?? null,
    },
    ...(question && {
      current: {
        index,
        of: config.questions.length,
        question: {
          id: question.id ?? `q${index + 1}`,
          kind: question.kind,
          prompt: question.prompt.trim() || title,
          options: question.kind === "true_false" ? yesNo : filled(question.options ?? [], words),
          ...(Array.isArray(question.correct) && question.correct.length > 1 && { several: true }),
          time_limit_s: limit,
          points: question.points ?? 1000,
        },
      },
    }),
  };
}

function wordCloud(config: WordCloudConfigInput, title: string): FrameWordCloud {
  return {
    ...COMMON,
    type: "wordcloud",
    title,
    phase: "open",
    locked: false,
    revealed: false,
    config: {
      prompt: config.prompt?.trim() || title,
      max_words: config.max_words ?? 3,
      max_length: config.max_length ?? 25,
      allow_phrases: config.allow_phrases ?? false,
      results: config.results ?? "on_reveal",
      duration_s: config.duration_s ?? null,
    },
  };
}
