// The sessions that the states of the administrator's page are looked at in.

import { join, type Person } from "../support/people.ts";
import { choice, poker, quiz, ranking, rating, text, wordcloud } from "../support/samples.ts";
import type { Server } from "../support/server.ts";
import { createSession, type Session } from "../support/session.ts";

import type { Watched } from "../support/admin.ts";

export type World = {
  server: Server;
  /** A draft of everything. */
  draft: Session;
  /** A draft of nothing. */
  blank: Session;
  /** Open, and nothing has begun, or there is nothing to begin. */
  waiting: Session;
  bare: Session;
  /** Open, with people; what runs changes. */
  live: Session;
  people: Person[];
  /** Completed, with answers. */
  over: Session;
};

/** Brings a page that was just opened to a state, and waits until it is there. */
export type Reach = (page: Watched, world: World) => Promise<void>;

export type States = Readonly<Record<string, Reach>>;

const EVERYTHING = () => [
  choice({ results: "always" }),
  rating(),
  ranking(),
  { ...text({ anonymous: false }), title: "What is on your mind" },
  poker(),
  quiz(),
  wordcloud({ results: "always" }),
];

export async function makeWorld(server: Server): Promise<World> {
  const settings = { profanity: "review" } as const;
  const live = await createSession(server, EVERYTHING(), { name: "All hands, live", settings });
  const people = await Promise.all(
    ["Ada Lovelace", "Grace Hopper", "Edsger D."].map((name) => join(server, live.id, name)),
  );
  return {
    server,
    draft: await createSession(server, EVERYTHING(), { name: "Next spring", isOpen: false }),
    blank: await createSession(server, [], { name: "Blank", isOpen: false }),
    waiting: await createSession(server, [choice(), quiz({ countdown_s: 60 })], {
      name: "Doors are open",
    }),
    bare: await createSession(server, [], { name: "Nothing yet" }),
    live,
    people,
    over: await overSession(server),
  };
}

/** What came of each type, with answers of every kind. */
async function overSession(server: Server): Promise<Session> {
  const session = await createSession(server, [...EVERYTHING(), poker({ stories: [] })], {
    name: "Last autumn",
  });
  const people = await Promise.all(
    ["Ada", "Grace", "Kurt"].map((name) => join(server, session.id, name)),
  );
  await answerAll(session, people);
  const bare = session.activities[7]!;
  await session.step(bare, "activate");
  await people[0]!.answer(bare, { card: "3" });
  await session.control(bare, { action: "reveal" });
  await session.complete();
  return session;
}

async function answerAll(session: Session, people: readonly Person[]): Promise<void> {
  const [poll, mood, order, words, sprint, game, cloud] = session.activities as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const each = async (activity: string, bodies: readonly object[]) => {
    for (const [at, body] of bodies.entries()) await people[at]!.answer(activity, body);
  };
  const cards = (...cards: string[]) => cards.map((card) => ({ card }));
  await session.step(poll, "activate");
  await each(poll, [{ choices: ["a"] }, { choices: ["a"] }, { choices: ["b"] }]);
  await session.step(mood, "activate");
  await each(mood, [{ rating: 7 }, { rating: 8 }, { rating: 10 }]);
  await session.step(order, "activate");
  await each(order, [{ ranking: ["b", "a"] }, { ranking: ["b", "c"] }, { ranking: ["a"] }]);
  await session.step(words, "activate");
  await each(words, [{ text: "More light" }, { text: "Better coffee" }]);
  await session.step(sprint, "activate");
  await each(sprint, cards("5", "5", "8"));
  await session.control(sprint, { action: "reveal" });
  await session.control(sprint, { action: "accept", estimate: "5" });
  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await each(game, [
    { question: "q1", choices: ["b"] },
    { question: "q1", choices: ["a"] },
  ]);
  await session.control(game, { action: "reveal" });
  await session.control(game, { action: "next" });
  await session.control(game, { action: "reveal" });
  await session.control(game, { action: "next" });
  await each(game, [{ question: "q3", value: 4200 }]);
  await session.control(game, { action: "reveal" });
  await session.step(cloud, "activate");
  await each(cloud, [{ words: ["growth", "calm"] }, { words: ["growth"] }]);
}
