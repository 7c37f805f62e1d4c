// The activity that is shown now: how it stands, what steers it, what came of it so far.

import { useState } from "react";

import type { Frame } from "../../../api/frame";
import type { LiveSession } from "../../../api/live";
import type { FrameActivity, Results as FrameResults, SessionDetail } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Countdown, useLeft } from "../../../components/Countdown";
import { Confirm } from "../../../components/Dialog";
import { PlayIcon } from "../../../components/icons";
import { useT } from "../../../i18n/admin";
import { Results } from "../Results";
import { PokerSteering } from "./PokerSteering";
import { QuizJudging } from "./QuizJudging";
import { Lobby } from "./Lobby";
import { type Action, actionsOf, ASKS, firstOf, isDone, nextOf, wantsEstimate } from "./steering";
import { type Press, useControl } from "./useControl";
import { useMove } from "./useMove";
import { WordSteering } from "./WordSteering";

type Props = { live: LiveSession; frame: Frame; session: SessionDetail };

export function NowPanel({ live, frame, session }: Props) {
  const t = useT();
  const { activity, results } = frame;
  const entries = frame.activities ?? [];
  return (
    <section className="now" aria-labelledby="now">
      <h2 id="now">{t("now")}</h2>
      {activity === null ? (
        <Lobby session={session} hasActivities={entries.length > 0} />
      ) : (
        <Shown key={activity.id} {...{ live, frame, activity, results }} />
      )}
      <NextUp live={live} frame={frame} />
    </section>
  );
}

/** Where nothing is left to do with what is shown, the next activity is the thing to start. Before, it
 * would end what is running: then it is only in the list, which asks. */
function NextUp({ live, frame }: { live: LiveSession; frame: Frame }) {
  const t = useT();
  const move = useMove(live);
  const { activity } = frame;
  const isReady = activity !== null && isDone(activity) && !wantsEstimate(activity, frame.stories);
  if (frame.session.status !== "active" || (activity !== null && !isReady)) return null;
  const next = nextOf(frame.activities ?? [], activity?.id);
  if (next === undefined) {
    return activity === null ? null : <p className="soft">{t("that_was_all")}</p>;
  }
  return (
    <p>
      <Button kind="primary" onClick={() => void move(next.id, "activate")}>
        <PlayIcon />
        <bdi>{t(activity === null ? "start_first" : "start_next", { name: next.title })}</bdi>
      </Button>
    </p>
  );
}

type ShownProps = {
  live: LiveSession;
  frame: Frame;
  activity: FrameActivity;
  results: FrameResults | null;
};

function Shown({ live, frame, activity, results }: ShownProps) {
  const t = useT();
  const press = useControl(live, activity);
  const canSteer = frame.session.status === "active";
  return (
    <div className="box lift now-box stack">
      <header className="heading">
        <div className="what">
          <h3>
            <bdi>{activity.title}</bdi>
          </h3>
          <p className="notes soft">
            <span>{t(`type_${activity.type}`)}</span>
            <Phase activity={activity} now={live.now} />
          </p>
        </div>
        {activity.ends_at_ms !== undefined && activity.status === "active" && (
          <Clock activity={activity} endsAtMs={activity.ends_at_ms} now={live.now} />
        )}
      </header>
      <Asked activity={activity} />
      {canSteer && <Controls {...{ live, frame, activity, results, press }} />}
      {activity.type === "poker" && (
        <PokerSteering
          {...{ live, activity, results, press, canSteer }}
          isNext={wantsEstimate(activity, frame.stories)}
          stories={frame.stories ?? null}
        />
      )}
      {activity.type === "quiz" && canSteer && (
        <QuizJudging key={activity.round} {...{ activity, results, press }} />
      )}
      <section className="results" aria-label={t("results")}>
        {results === null ? (
          <p className="soft">{t("no_results")}</p>
        ) : (
          <Results type={activity.type} activity={activity} results={results} />
        )}
      </section>
      {activity.type === "wordcloud" && canSteer && (
        <WordSteering {...{ live, activity, results, press }} />
      )}
    </div>
  );
}

/** Phases that pass by the clock alone pass here by the server's clock. */
function Phase({ activity, now }: { activity: FrameActivity; now: () => number }) {
  const t = useT();
  const untilOpen = useLeft(activity.opens_at_ms ?? 0, now);
  // Without an end there is nothing to wait for.
  const untilEnd = useLeft(activity.ends_at_ms ?? 0, now);
  const isPast = activity.ends_at_ms !== undefined && untilEnd === 0;
  if (activity.status === "expired") return <span>{t("status_expired")}</span>;
  let phase: string = activity.phase;
  if (phase === "countdown" && untilOpen === 0) phase = "open";
  if (phase === "open" && isPast) phase = "closed";
  return (
    <>
      <span>{t(`phase_${phase as FrameActivity["phase"]}`)}</span>
      {activity.locked && <span className="tag">{t("locked")}</span>}
      {activity.revealed && activity.type !== "poker" && activity.type !== "quiz" && (
        <span>{t("revealed")}</span>
      )}
    </>
  );
}

function Clock({
  activity,
  endsAtMs,
  now,
}: {
  activity: FrameActivity;
  endsAtMs: number;
  now: () => number;
}) {
  const t = useT();
  const isQuiz = activity.type === "quiz";
  if (isQuiz && activity.phase !== "open" && activity.phase !== "countdown") return null;
  const seconds = isQuiz
    ? (activity.current?.question.time_limit_s ?? 1)
    : (activity.config.duration_s ?? 1);
  return (
    <div className="clock">
      <Countdown endsAtMs={endsAtMs} totalMs={seconds * 1000} now={now} />
      <span className="soft" aria-hidden="true">
        {t("seconds_left_short")}
      </span>
    </div>
  );
}

function Asked({ activity }: { activity: FrameActivity }) {
  const t = useT();
  if (activity.type === "quiz" && activity.current) {
    const { index, of, question } = activity.current;
    return (
      <p>
        <span className="soft">{t("n_of", { n: index + 1, of })}</span> <bdi>{question.prompt}</bdi>
      </p>
    );
  }
  if (activity.type === "poker" && activity.current?.story) {
    const { index, of, story } = activity.current;
    return (
      <p>
        <span className="soft">{t("n_of", { n: index + 1, of })}</span>{" "}
        {story.link ? (
          <a href={story.link} target="_blank" rel="noreferrer">
            <bdi>{story.title}</bdi>
          </a>
        ) : (
          <bdi>{story.title}</bdi>
        )}
      </p>
    );
  }
  const text =
    activity.type === "poll"
      ? activity.config.question
      : activity.type === "wordcloud"
        ? activity.config.prompt
        : "";
  if (text === "" || text === activity.title) return null;
  return (
    <p>
      <bdi>{text}</bdi>
    </p>
  );
}

function Controls({ live, frame, activity, results, press }: ShownProps & { press: Press }) {
  const t = useT();
  const [asked, ask] = useState<Action | null>(null);
  const untilOpen = useLeft(activity.opens_at_ms ?? 0, live.now);
  const isOpening = activity.phase === "countdown" && untilOpen > 0;
  const actions = actionsOf(activity, frame.screen?.leaderboard ?? false);
  const first = firstOf(activity, actions, frame.stories, results);
  if (actions.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be a flex row in older browsers
    <div className="acts" role="group" aria-label={t("controls")}>
      {actions.map((action) => (
        <Button
          key={action}
          size="small"
          kind={action === first ? "primary" : ASKS.includes(action) ? "danger" : "plain"}
          isDisabled={isOpening && action === "reveal"}
          onClick={() => (ASKS.includes(action) ? ask(action) : void press({ action }))}
        >
          {isOpening && action === "reveal" ? t("wait_open") : label(t, activity, action)}
        </Button>
      ))}
      {asked && (
        <Confirm
          title={t("discard_answers_title")}
          action={label(t, activity, asked)}
          onConfirm={() => void press({ action: asked })}
          onClose={() => ask(null)}
        >
          {t("discard_answers_text")}
        </Confirm>
      )}
    </div>
  );
}

function label(t: ReturnType<typeof useT>, activity: FrameActivity, action: Action): string {
  if (action === "previous") return t("poker_previous");
  if (action !== "next") return t(`action_${action}`);
  if (activity.type !== "quiz") return t("poker_next");
  if (activity.phase === "waiting") return t("quiz_first");
  const { index = 0, of = 0 } = activity.current ?? {};
  return t(index + 1 >= of ? "quiz_finish" : "quiz_next");
}
