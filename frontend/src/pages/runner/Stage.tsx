// What the room sees: the lobby, or the present activity with its question, charts and progress.

import type { Frame } from "../../api/frame";
import type { LiveSession } from "../../api/live";
import type { FrameActivity } from "../../api/schema";
import { askedIn } from "../../activities/asked";
import { Runner as Poker } from "../../activities/poker/Runner";
import { Runner as Poll } from "../../activities/poll/Runner";
import { phaseAt } from "../../activities/quiz/phase";
import { Runner as Quiz } from "../../activities/quiz/Runner";
import { Runner as WordCloud } from "../../activities/wordcloud/Runner";
import { Countdown } from "../../components/Countdown";
import { LockIcon } from "../../components/icons";
import { Progress } from "../../components/Progress";
import { useFit } from "../../components/useFit";
import { useT } from "../../i18n/runner";
import { Joining } from "./Joining";
import { Lobby, Over } from "./Lobby";
import { progressOf } from "./progress";
import type { View } from "./Screen";
import { earlierOf } from "./settled";
import { screenOf, showsResults } from "./steps";
import type { Judging } from "./useJudging";

type Props = {
  frame: Frame;
  live: LiveSession;
  view: View;
  judging: Judging;
};

export function Stage(props: Props) {
  const { frame } = props;
  const { activity, session } = frame;
  const screen = screenOf(frame);
  if (session.status === "completed") {
    return (
      <main className="stage" id="stage">
        <Over frame={frame} />
      </main>
    );
  }
  if (activity === null || screen.qr === "full") {
    return (
      <main className="stage" id="stage">
        <Lobby frame={frame} />
      </main>
    );
  }
  return <Running key={activity.id} {...props} activity={activity} />;
}

/** Titles longer than these are set smaller, step by step. */
const LONG = 60;
const VERY_LONG = 150;
const LONGEST = 300;

function sizeOf({ length }: string): string {
  if (length > LONGEST) return "longest";
  return length > VERY_LONG ? "very-long" : length > LONG ? "long" : "";
}

function Running({ frame, live, view, judging, activity }: Props & { activity: FrameActivity }) {
  const t = useT();
  const screen = screenOf(frame);
  const isLeaderboard =
    activity.type === "quiz" && activity.phase === "revealed" && screen.leaderboard;
  const title = isLeaderboard
    ? t("leaderboard")
    : titleOf(activity, live.now(), t("vote_without_story"));
  const isShown = showsResults(frame);
  const { whole, box } = useFit<HTMLElement, HTMLElement>(
    `${title} ${activity.round} ${activity.phase} ${isShown} ${screen.leaderboard} ${view.isTable}`,
  );
  const progress = progressOf(frame);
  const isTimed = activity.type !== "quiz" && activity.ends_at_ms !== undefined;
  const duration = (activity.config.duration_s ?? 0) * 1000;
  return (
    <>
      <main ref={whole} className={`stage running ${activity.type}`} id="stage">
        <div className="what">
          <div className="question">
            <p className="eyebrow">
              <Eyebrow frame={frame} activity={activity} />
            </p>
            <h1 className={sizeOf(title)}>
              <bdi>{title}</bdi>
            </h1>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long contents scroll, by keyboard too */}
          <section ref={box} className="body" tabIndex={0} aria-label={t("results_label")}>
            <Content frame={frame} live={live} view={view} judging={judging} activity={activity} />
          </section>
        </div>
        <div className="side">
          {screen.qr === "corner" && <Joining session={frame.session} size="small" />}
          {isTimed && activity.status === "active" && (
            <Countdown endsAtMs={activity.ends_at_ms ?? 0} totalMs={duration} now={live.now} />
          )}
          {activity.status === "expired" ? (
            <p className="state box">{t("closed")}</p>
          ) : (
            activity.locked && (
              <p className="state box">
                <LockIcon /> {t("locked")}
              </p>
            )
          )}
        </div>
      </main>
      <footer className="foot">
        {progress !== null && (
          <Progress
            done={progress.done}
            of={progress.of}
            says={
              activity.type === "poker"
                ? t("voted_label", { voted: progress.done, total: progress.of })
                : t("answered_label", { answered: progress.done, total: progress.of })
            }
          >
            {activity.type === "poker"
              ? t("voted_of", { total: progress.of })
              : t("answered_of", { total: progress.of })}
          </Progress>
        )}
      </footer>
    </>
  );
}

function titleOf(activity: FrameActivity, nowMs: number, withoutStory: string): string {
  if (activity.type === "poker") return activity.current?.story?.title ?? withoutStory;
  if (activity.type === "quiz") {
    const phase = phaseAt(activity, nowMs);
    const isAsked = phase === "open" || phase === "closed" || phase === "revealed";
    if (!isAsked) return activity.title;
  }
  return askedIn(activity);
}

function Eyebrow({ frame, activity }: { frame: Frame; activity: FrameActivity }) {
  const t = useT();
  const parts: string[] = [];
  if (activity.type === "poker") {
    const { current } = activity;
    if (current !== undefined && current.of > 0) {
      parts.push(t("story_of", { index: current.index + 1, of: current.of }));
    } else parts.push(t("estimate"));
    const earlier = frame.results !== null && "rounds" in frame.results ? frame.results.rounds : [];
    const story = frame.stories?.find(({ id }) => id === current?.story?.id);
    const round = Math.max(earlier.length + 1, activity.revealed ? 1 : (story?.rounds ?? 0) + 1);
    if (round > 1) parts.push(t("round", { round }));
    const settled = earlierOf(frame);
    const isOpen =
      frame.results === null || !("estimate" in frame.results) || frame.results.estimate === null;
    if (settled !== null && isOpen) parts.push(t("settled_before", { card: settled }));
  }
  if (activity.type === "quiz" && activity.current !== undefined && activity.phase !== "finished") {
    const { index, of } = activity.current;
    parts.push(t("question_of", { index: index + 1, of }));
    if (activity.current.question.several === true) parts.push(t("several_right"));
  }
  if (activity.type === "poll" && activity.title !== activity.config.question) {
    parts.push(activity.title);
  }
  return <bdi>{parts.join(" · ")}</bdi>;
}

function Content(props: Props & { activity: FrameActivity }) {
  const { frame, live, view, judging, activity } = props;
  const isShown = showsResults(frame);
  const { results } = frame;
  switch (activity.type) {
    case "poll":
      return <Poll activity={activity} results={results} isShown={isShown} />;
    case "poker":
      return <Poker activity={activity} results={results} />;
    case "quiz":
      return (
        <Quiz
          activity={activity}
          results={results}
          now={live.now}
          isLeaderboard={screenOf(frame).leaderboard}
          verdicts={judging.verdicts}
          onJudge={judging.judge}
        />
      );
    case "wordcloud":
      return (
        <WordCloud
          activity={activity}
          results={results}
          isShown={isShown}
          isTable={view.isTable}
          hasCounts={view.hasCounts}
        />
      );
  }
}
