// The big screen: what is shown, and how the presenter steers it.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import type { Frame } from "../../api/frame";
import type { LiveSession } from "../../api/live";
import type { Freshness } from "../../api/poller";
import { Logo } from "../../components/Logo";
import { ConnectionSign } from "../../components/Sign";
import { toast, Toasts } from "../../components/Toast";
import { useWakeLock } from "../../components/useWakeLock";
import { formatCode } from "../../i18n/format";
import { texts, useT } from "../../i18n/runner";
import { language } from "../../i18n/language";
import { addressOf } from "./address";
import { Announcer } from "./Announcer";
import { createCommands } from "./commands";
import { Controls } from "./Controls";
import { Ask, type Asking } from "./Ask";
import { Keys } from "./Keys";
import { focusOf, keyAction, type KeyAction, mayMoveOn } from "./keys";
import { Programme } from "./Programme";
import { Review } from "./Review";
import { canSettle, Settle } from "./Settle";
import { createSettling } from "./settled";
import { Stage } from "./Stage";
import {
  back,
  forward,
  isOffer,
  primary,
  screenOf,
  type Steered,
  type Step,
  toggleLeaderboard,
  toggleLock,
  toggleQr,
  toggleResults,
  unfinishedIn,
  wentBackFrom,
} from "./steps";
import { useIdle } from "./useIdle";
import { useJudging } from "./useJudging";
import { Words } from "./Words";

export type Panel = "programme" | "review" | "keys" | "words" | "settle" | null;

export type View = { isTable: boolean; hasCounts: boolean };

/** Announcements longer than this are set smaller. */
const LONG = 90;

type Props = { live: LiveSession; frame: Frame; freshness: Freshness };

export function Screen({ live, frame: sent, freshness }: Props) {
  const t = useT();
  const settling = useMemo(createSettling, [live]);
  const [leftBehind, setLeftBehind] = useState<string | null>(null);
  const frame = useMemo(
    (): Steered => ({ ...settling.of(sent), wentBackFrom: leftBehind }),
    [settling, sent, leftBehind],
  );
  const isIdle = useIdle();
  const [panel, setPanel] = useState<Panel>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [view, setView] = useState<View>({ isTable: false, hasCounts: false });
  const lastMove = useRef<{ atMs: number; version: number } | null>(null);
  useWakeLock(frame.session.status !== "completed");

  const commands = useMemo(
    () =>
      createCommands(live.api, live.id, {
        done: live.wake,
        failed: (why) => toast(texts.in(language())(why), why === "not_now" ? "good" : "bad"),
      }),
    [live],
  );
  const run = async (step: Step) => {
    const left = wentBackFrom(newestFrame(), step);
    const isDone = await commands.run(step);
    if (isDone) settling.done(step);
    if (isDone && step.do === "lifecycle") setLeftBehind(left);
    return isDone;
  };
  const judging = useJudging(frame, run);
  /** The newest, not the one that is drawn. */
  const newestFrame = (): Steered => ({
    ...settling.of(live.get().frame ?? sent),
    wentBackFrom: leftBehind,
  });

  /** Moving on is guarded: two presses in a row are one. */
  const moveOn = (step: Step) => {
    const now = newestFrame();
    if (!mayMoveOn(lastMove.current, performance.now(), now.version)) return;
    lastMove.current = { atMs: performance.now(), version: now.version };
    void run(step).then((isDone) => {
      if (!isDone) lastMove.current = null;
    });
  };

  const act = (action: KeyAction) => {
    const now = newestFrame();
    switch (action) {
      case "primary":
      case "next": {
        const next = (action === "primary" ? primary : forward)(now, live.now());
        if (isOffer(next)) moveOn(next.step);
        return;
      }
      case "previous": {
        const before = back(now);
        if (before === null) return;
        const ends = before.step.do === "lifecycle" ? unfinishedIn(now) : null;
        if (ends === null) return moveOn(before.step);
        return setAsking({ about: "back", step: before.step, to: before.title ?? "", from: ends });
      }
      case "results":
        for (const step of toggleResults(now)) void run(step);
        return;
      case "qr":
        return void run(toggleQr(now));
      case "lock":
        return runIf(toggleLock(now));
      case "leaderboard":
        return runIf(toggleLeaderboard(now));
      case "judge_right":
      case "judge_wrong":
        return judging.judgeNext(now, action === "judge_right");
      case "full_screen":
        return toggleFullScreen();
      case "programme":
        return setPanel((open) => (open === "programme" ? null : "programme"));
      case "review":
        return setPanel("review");
      case "keys":
        return setPanel((open) => (open === "keys" ? null : "keys"));
      case "words":
        return setPanel(now.activity?.type === "wordcloud" ? "words" : null);
      case "settle":
        return setPanel(canSettle(now) ? "settle" : null);
      case "table":
        return setView(({ isTable, ...rest }) => ({ ...rest, isTable: !isTable }));
      case "counts":
        return setView(({ hasCounts, ...rest }) => ({ ...rest, hasCounts: !hasCounts }));
      case "escape":
        if (panel !== null) setPanel(null);
        else if (screenOf(now).qr === "full") void run(toggleQr(now));
        return;
    }
  };
  const runIf = (step: Step | null) => {
    if (step !== null) void run(step);
  };

  // One listener for good, from the first drawing on; it calls what the newest one made.
  const newest = useRef(act);
  newest.current = act;
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      // A dialog that is open has the keyboard; it closes itself on Escape.
      if (document.querySelector("dialog[open]") !== null) return;
      const action = keyAction(event, focusOf(document.activeElement));
      if (action === null) return;
      if (action !== "escape") event.preventDefault();
      newest.current(action);
    };
    addEventListener("keydown", press);
    addEventListener("click", letGo);
    return () => {
      removeEventListener("keydown", press);
      removeEventListener("click", letGo);
    };
  }, []);

  const name = frame.session.name;
  useEffect(() => {
    document.title = name;
  }, [name]);

  const { activity, announcement } = frame;
  const isRunning =
    activity !== null && frame.session.status !== "completed" && screenOf(frame).qr !== "full";
  return (
    <div className={`runner ${isIdle ? "idle" : ""} ${announcement ? "announced" : ""}`}>
      <ConnectionSign freshness={freshness} />
      <header className="head">
        <Logo />
        <p className="name">
          <bdi>{name}</bdi>
        </p>
        {isRunning && (
          <p className={`way-in ${screenOf(frame).qr === "off" ? "always" : ""}`}>
            <span className="unseen">{t("join_small")}: </span>
            <bdi>{addressOf(frame.session.join_url)}</bdi>
            <b className="num">{formatCode(frame.session.code)}</b>
          </p>
        )}
      </header>
      <div className="announcement" role="status">
        {announcement && (
          <p className={`box lift ${announcement.length > LONG ? "long" : ""}`}>
            <span className="unseen">{t("announcement")}: </span>
            <bdi>{announcement}</bdi>
          </p>
        )}
      </div>
      <Controls
        frame={frame}
        live={live}
        view={view}
        onAct={act}
        onMove={moveOn}
        onRun={run}
        onAsk={setAsking}
      />
      <Stage frame={frame} live={live} view={view} judging={judging} />
      <Announcer frame={frame} now={live.now} />
      {panel === "programme" && (
        <Programme
          frame={frame}
          onRun={run}
          onAsk={setAsking}
          onReview={() => setPanel("review")}
          onClose={() => setPanel(null)}
        />
      )}
      {panel === "review" && <Review frame={frame} live={live} onClose={() => setPanel(null)} />}
      {panel === "words" && activity?.type === "wordcloud" && (
        <Words
          frame={frame}
          live={live}
          activity={activity}
          onRun={run}
          onClose={() => setPanel(null)}
        />
      )}
      {panel === "settle" && canSettle(frame) && (
        <Settle frame={frame} onRun={run} onClose={() => setPanel(null)} />
      )}
      {panel === "keys" && <Keys onClose={() => setPanel(null)} />}
      {asking !== null && <Ask asking={asking} onRun={run} onClose={() => setAsking(null)} />}
      <Toasts />
    </div>
  );
}

function toggleFullScreen(): void {
  const root = document.documentElement;
  // Browsers refuse it now and then, and phones do not have it.
  if (document.fullscreenElement === null) root.requestFullscreen?.().catch(() => {});
  else document.exitFullscreen().catch(() => {});
}

/** A button that was clicked lets the keyboard go: Space is what comes next, not the same again. */
function letGo(event: MouseEvent): void {
  const isByPointer = event.detail > 0;
  const focused = document.activeElement;
  if (isByPointer && focused instanceof HTMLElement && focused.closest(".controls, .stage")) {
    if (focused.matches("button")) focused.blur();
  }
}
