// What is on at the events: for each activity how it is made, what people answer, under which
// entries that is counted, and where the server's summary has the same counts.

/**
 * @typedef {object} Act
 * @property {string} title by which phones and the summary tell it
 * @property {string} type
 * @property {number} turns how often answers are taken: questions of a quiz, stories of poker
 * @property {(options: {results: string, countdownS: number}) => object} config
 * @property {(activity: any) => {body: object, of: string[], question?: string} | null} answer
 * @property {(results: any) => Record<string, number>} counts
 * @property {string[]} entries
 * @property {(activity: any) => boolean} [isSeen] whether all see at once that somebody answered
 */

const OPTIONS = ["a", "b", "c", "d"];
const RATINGS = [1, 2, 3, 4, 5];
const WORDS = ["hope", "change", "team", "coffee", "launch", "patience", "focus", "growth"];
const TEXTS = ["More light", "Fewer meetings", "Better chairs", "A longer lunch"];
const CARDS = ["1", "2", "3", "5", "8", "13", "?"];
const QUESTIONS = ["q1", "q2", "q3"];

/** @template T @param {T[]} from @returns {T} */
const any = (from) => from[Math.floor(Math.random() * from.length)];
const options = OPTIONS.map((id) => ({ id, label: `Option ${id}` }));
const alwaysSeen = (activity) => activity.config.results === "always";

/** @param {string} title @param {string[]} names @param {(name: string) => number} countOf */
function countsOf(title, names, countOf) {
  return Object.fromEntries(names.map((name) => [`${title} ${name}`, countOf(name) ?? 0]));
}

/** @type {Act} */
const choice = {
  title: "choice",
  type: "poll",
  turns: 1,
  config: ({ results }) => ({ kind: "choice", question: "Where to?", options, results }),
  answer: () => only("choice", any(OPTIONS), (id) => ({ choices: [id] })),
  counts: (results) => countsOf("choice", OPTIONS, (id) => results.counts[id]),
  entries: OPTIONS.map((id) => `choice ${id}`),
  isSeen: alwaysSeen,
};

/** @type {Act} */
const rating = {
  title: "rating",
  type: "poll",
  turns: 1,
  config: () => ({
    kind: "rating",
    question: "How was it?",
    scale: { min: 1, max: 5 },
    results: "always",
  }),
  answer: () => only("rating", any(RATINGS), (rated) => ({ rating: rated })),
  counts: (results) => countsOf("rating", RATINGS.map(String), (stars) => results.counts[stars]),
  entries: RATINGS.map((stars) => `rating ${stars}`),
  isSeen: alwaysSeen,
};

/** @type {Act} */
const ranking = {
  title: "ranking",
  type: "poll",
  turns: 1,
  config: () => ({ kind: "ranking", question: "What matters most?", options }),
  answer() {
    const first = any(OPTIONS);
    const ranked = [first, ...OPTIONS.filter((id) => id !== first)];
    return only("ranking", first, () => ({ ranking: ranked }));
  },
  counts: (results) => countsOf("ranking", OPTIONS, (id) => results.first[id]),
  entries: OPTIONS.map((id) => `ranking ${id}`),
};

/** @type {Act} */
const text = {
  title: "text",
  type: "poll",
  turns: 1,
  config: () => ({ kind: "text", question: "What would help?" }),
  answer: () => only("text", "all", () => ({ text: any(TEXTS) })),
  counts: (results) => ({ "text all": results.responses }),
  entries: ["text all"],
};

/** @type {Act} */
const cloud = {
  title: "cloud",
  type: "wordcloud",
  turns: 1,
  config: () => ({ prompt: "This year in one word", results: "always" }),
  answer() {
    const words = [...new Set([any(WORDS), any(WORDS)])];
    return { body: { words }, of: words.map((word) => `cloud ${word}`) };
  },
  counts(results) {
    const held = new Map(results.words.map(({ text: word, count }) => [word, count]));
    return countsOf("cloud", WORDS, (word) => held.get(word));
  },
  entries: WORDS.map((word) => `cloud ${word}`),
  isSeen: alwaysSeen,
};

/** @type {Act} */
const poker = {
  title: "poker",
  type: "poker",
  turns: 2,
  config: () => ({ stories: [{ title: "Rejoin" }, { title: "Dark mode" }] }),
  answer: (activity) =>
    activity.phase === "voting" ? only("poker", any(CARDS), (card) => ({ card })) : null,
  counts(results) {
    const rounds = results.stories.flatMap((story) => story.rounds);
    const of = (card) => rounds.reduce((sum, { votes }) => sum + (votes[card] ?? 0), 0);
    return countsOf("poker", CARDS, of);
  },
  entries: CARDS.map((card) => `poker ${card}`),
  isSeen: () => true,
};

/** @type {Act} */
const quiz = {
  title: "quiz",
  type: "quiz",
  turns: QUESTIONS.length,
  config: ({ countdownS }) => ({
    countdown_s: countdownS,
    questions: QUESTIONS.map((id) => ({
      id,
      kind: "choice",
      prompt: `Question ${id}`,
      options,
      correct: ["b"],
      time_limit_s: 60,
    })),
  }),
  answer(activity) {
    const question = activity.current?.question?.id;
    if (question === undefined || !["countdown", "open"].includes(activity.phase)) return null;
    const id = any(OPTIONS);
    return { body: { question, choices: [id] }, of: [`quiz ${question} ${id}`], question };
  },
  counts(results) {
    const held = results.questions ?? [];
    const all = held.map(({ id, counts }) => countsOf(`quiz ${id}`, OPTIONS, (it) => counts[it]));
    return Object.assign({}, ...all);
  },
  entries: QUESTIONS.flatMap((question) => OPTIONS.map((id) => `quiz ${question} ${id}`)),
};

/** @param {string} title @param {any} value @param {(value: any) => object} bodyOf */
function only(title, value, bodyOf) {
  return { body: bodyOf(value), of: [`${title} ${value}`] };
}

/** In the order in which they are on: the types first, for runs that are short. */
const ALL = [choice, quiz, cloud, poker, rating, ranking, text];

/** @param {number} seconds how long the show lasts @param {number} turnS the shortest turn */
export function programme(seconds, turnS) {
  const acts = [];
  let left = Math.max(1, Math.floor(seconds / turnS));
  for (const act of ALL) {
    if (left <= 0) break;
    acts.push({ title: act.title, turns: Math.min(act.turns, left > 6 ? act.turns : 1) });
    left -= acts[acts.length - 1].turns;
  }
  return acts;
}

/** @param {string} title @returns {Act | undefined} */
export const actNamed = (title) => ALL.find((act) => act.title === title);

/** @param {string[]} [titles] @returns {string[]} */
export function entriesOf(titles = ALL.map(({ title }) => title)) {
  return titles.flatMap((title) => actNamed(title).entries);
}
