// What an editor starts a quiz and its questions with, and how the key follows them. Pure.
// Options get their ids here, because the key names them.

import type {
  AnswerKeyInput,
  ChoiceOptionInput,
  NumericKeyInput,
  QuestionKind,
  QuizConfigInput,
  QuizQuestionInput,
} from "../../api/schema";

export const QUESTION_KINDS: readonly QuestionKind[] = [
  "choice",
  "true_false",
  "numeric",
  "buzzer",
];

export const MOST_QUESTIONS = 200;
export const MOST_OPTIONS = 20;

export function freshQuiz(): QuizConfigInput {
  return { questions: [freshQuestion()], scoring: "speed", leaderboard: "all" };
}

export function freshQuestion(): QuizQuestionInput {
  const options = [
    { id: "a", label: "" },
    { id: "b", label: "" },
  ];
  return { kind: "choice", prompt: "", options, correct: [], time_limit_s: 20, points: 1000 };
}

/** Nothing is written in it yet. */
export function isBlank({ prompt, options = [], explanation }: QuizQuestionInput): boolean {
  return prompt === "" && !explanation && options.every(({ label }) => label === "");
}

/** The first of a, b, c … that no option has. */
export function freshOption(options: readonly ChoiceOptionInput[]): ChoiceOptionInput {
  const taken = new Set(options.map(({ id }) => id));
  for (let at = 0; ; at += 1) {
    const id = at < 26 ? String.fromCharCode(97 + at) : `o${at}`;
    if (!taken.has(id)) return { id, label: "" };
  }
}

export function chosenIn(key: AnswerKeyInput | null | undefined): string[] {
  return Array.isArray(key) ? key : [];
}

export function numberIn(key: AnswerKeyInput | null | undefined): Partial<NumericKeyInput> {
  return key && !Array.isArray(key) ? key : {};
}

/** The same prompt asked in another way. Options that somebody wrote stay, for the way back. */
export function withKind(question: QuizQuestionInput, kind: QuestionKind): QuizQuestionInput {
  const { correct: _, options: before, ...kept } = question;
  const isOwn = question.kind !== "true_false" || before?.some(({ id }) => !TRUE_FALSE.has(id));
  const options = isOwn && before?.length ? before : undefined;
  const next = { ...kept, kind, ...(options ? { options } : {}) };
  if (kind === "choice") return { ...freshQuestion(), ...next };
  if (kind === "true_false") return { ...next, correct: ["true"] };
  if (kind === "numeric") return { ...next, correct: null };
  return next;
}

/** The ids that the server gives to the options of such a question. */
const TRUE_FALSE = new Set<string | undefined>(["true", "false"]);

/** Without options that belong to another kind: the editor remembers them, the server need not. */
export function cleanedQuiz(config: QuizConfigInput): QuizConfigInput {
  const questions = config.questions.map((question) => {
    if (question.kind === "choice") return question;
    const { options: _, ...rest } = question;
    return rest;
  });
  return { ...config, questions };
}

/** The key names only options that are there. */
export function withOptions(
  question: QuizQuestionInput,
  options: ChoiceOptionInput[],
): QuizQuestionInput {
  const ids = new Set(options.map(({ id }) => id));
  return { ...question, options, correct: chosenIn(question.correct).filter((id) => ids.has(id)) };
}

export function marked(question: QuizQuestionInput, id: string, isRight: boolean): string[] {
  const others = chosenIn(question.correct).filter((each) => each !== id);
  const all = isRight ? [...others, id] : others;
  // In the order of the options, so that ticking and unticking changes nothing.
  const order = (question.options ?? []).map((option) => option.id);
  return all.sort((one, other) => order.indexOf(one) - order.indexOf(other));
}
