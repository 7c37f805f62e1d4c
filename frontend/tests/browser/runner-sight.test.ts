// For who sees less, or other colours, or wants nothing to move.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  findings,
  openBrowser,
  openPage,
  overflows,
  picture,
  PROJECTOR,
  toScreen,
} from "./support/browser.ts";
import { createEvent, type Event, type Person } from "./support/event.ts";
import { type Server, startServer } from "./support/server.ts";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const ACTIVITIES = [
  {
    type: "poll",
    title: "Which of these would you drop?",
    config: {
      kind: "choice",
      question: "Which of these would you drop?",
      options: Array.from({ length: 8 }, (_, at) => ({ label: `Meeting number ${at + 1}` })),
    },
  },
  { type: "poker", title: "Sprint", config: { stories: [{ title: "Export the report" }] } },
  {
    type: "quiz",
    title: "Quiz",
    config: {
      countdown_s: 0,
      questions: [
        {
          kind: "choice",
          prompt: "Founded when?",
          options: [{ label: "2009" }, { label: "2012" }, { label: "2015" }],
          correct: ["b"],
          time_limit_s: 600,
        },
      ],
    },
  },
];

type Screen = Awaited<ReturnType<typeof openPage>>;
type Options = Parameters<typeof openPage>[1];

async function open(options: Options): Promise<[Screen, Event, Person[]]> {
  const event = await createEvent(server, ACTIVITIES);
  const people = await event.join(["Ana", "Bruno", "Chidi", "Dana"]);
  const screen = await openPage(browser, { reducedMotion: "reduce", ...options });
  await toScreen(screen, event.runnerUrl);
  return [screen, event, people];
}

/** One after the other, each with its results shown. */
async function eachActivity(
  [screen, event, people]: [Screen, Event, Person[]],
  look: (name: string) => Promise<void>,
): Promise<void> {
  const [poll, poker, quiz] = event.activities as [string, string, string];
  await event.lifecycle(poll, "activate");
  for (const [at, person] of people.entries()) {
    await event.answer(person, poll, { choices: ["aabg"[at]!] });
  }
  await event.control(poll, { action: "reveal" });
  await screen.getByText("50%").first().waitFor();
  await look("poll");
  await event.lifecycle(poker, "activate");
  for (const [at, person] of people.entries()) {
    await event.answer(person, poker, { card: at < 2 ? "3" : "13" });
  }
  await event.control(poker, { action: "reveal" });
  await screen
    .getByRole("main")
    .getByText(/Two camps/)
    .waitFor();
  await look("poker");
  await event.lifecycle(quiz, "activate");
  await event.control(quiz, { action: "next" });
  for (const [at, person] of people.entries()) {
    await event.answer(person, quiz, { question: "q1", choices: ["bbac"[at]!] });
  }
  await event.control(quiz, { action: "reveal" });
  await screen.getByText("Fastest").waitFor();
  await look("quiz");
}

/** A laptop's and a projector's window at 200 %, 300 % and 400 %, as pages see them. */
const ZOOMED = [
  { width: 960, height: 540 },
  { width: 683, height: 384 },
  { width: 455, height: 256 },
  { width: 341, height: 192 },
];

test("nothing is lost at 200 % and more", async () => {
  const opened = await open({ viewport: PROJECTOR });
  const [screen] = opened;
  await eachActivity(opened, async (name) => {
    for (const size of ZOOMED) {
      const where = `${name} at ${size.width}`;
      await screen.setViewportSize(size);
      await picture(screen, `runner-zoomed-${name}`);
      expect.soft(await overflows(screen), `${where}: over the edge`).toBe(false);
      expect.soft(await findings(screen), where).toEqual([]);
      const main = screen.getByRole("navigation", { name: "Control" }).getByRole("button").first();
      await main.click({ trial: true });
      // What is shown can be reached, and the control does not lie over it.
      const heading = screen.getByRole("heading", { level: 1 });
      await heading.scrollIntoViewIfNeeded();
      expect.soft(await isOnTop(screen), `${where}: heading`).toBe(true);
    }
    await screen.setViewportSize(PROJECTOR);
  });
  await screen.context().close();
});

function isOnTop(screen: Screen): Promise<boolean> {
  return screen.evaluate(() => {
    const heading = document.querySelector("h1")!;
    const { left, top, height } = heading.getBoundingClientRect();
    const there = document.elementFromPoint(left + 10, top + Math.min(height / 2, 12));
    return there !== null && heading.contains(there);
  });
}

test("nothing moves for who does not want it", async () => {
  const opened = await open({ viewport: PROJECTOR });
  const [screen] = opened;
  await screen.evaluate(() => {
    const moved: string[] = [];
    Object.assign(window, { moved });
    const look = () => {
      for (const animation of document.getAnimations()) {
        const { duration } = animation.effect?.getComputedTiming() ?? {};
        const target = (animation.effect as KeyframeEffect | null)?.target;
        if (Number(duration) > 0) moved.push(`${target?.className}`);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  const moved = () => screen.evaluate(() => (window as unknown as { moved: string[] }).moved);
  await eachActivity(opened, async () => {
    expect([...new Set(await moved())]).toEqual([]);
  });
  await screen.context().close();
});

test.each(["achromatopsia", "deuteranopia", "forced colours"] as const)(
  "bars, camps and what is right are told apart with %s",
  async (sight) => {
    const forced = sight === "forced colours";
    const opened = await open({
      viewport: PROJECTOR,
      ...(forced ? { forcedColors: "active" as const } : {}),
    });
    const [screen] = opened;
    if (!forced) {
      const cdp = await screen.context().newCDPSession(screen);
      await cdp.send("Emulation.setEmulatedVisionDeficiency", { type: sight });
    }
    const shown = (locator: string) => screen.locator(locator).allTextContents();
    await eachActivity(opened, async (name) => {
      await picture(screen, `runner-${sight.replace(" ", "-")}-${name}`);
      if (name === "poll") {
        expect(await shown(".bars .key")).toEqual([..."ABCDEFGH"]);
        expect(await shown(".bars .n")).toEqual([
          "50%2",
          "25%1",
          "0%0",
          "0%0",
          "0%0",
          "0%0",
          "25%1",
          "0%0",
        ]);
      } else if (name === "poker") {
        expect((await shown(".hand .face")).sort()).toEqual(["13", "13", "3", "3"]);
      } else {
        expect(await shown(".bars .correct .label")).toEqual(["2012"]);
        expect(await screen.locator(".bars .correct .label svg").count()).toBe(1);
      }
      // Bars are seen against what they fill.
      expect(await contrastOfFills(screen), `${sight} ${name}`).toEqual([]);
    });
    await screen.context().close();
  },
);

/** Bars that fill something and have its colour. */
function contrastOfFills(screen: Screen): Promise<string[]> {
  return screen.evaluate(() =>
    [...document.querySelectorAll(".bars .fill")]
      .filter((fill) => {
        const own = getComputedStyle(fill);
        const around = getComputedStyle(fill.closest(".compact .bar") ?? fill.parentElement!);
        return own.backgroundColor === around.backgroundColor;
      })
      .map((fill) => fill.closest("li")?.textContent ?? ""),
  );
}
