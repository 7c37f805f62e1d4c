// The session while it runs: its activities, the one that is shown, and the people.

import { useEffect, useMemo, useRef } from "react";

import { follow, type LiveSession } from "../../../api/live";
import type { SessionDetail } from "../../../api/schema";
import { useSession } from "../../../api/useSession";
import { Button } from "../../../components/Button";
import { Banner } from "../../../components/Sign";
import { useT } from "../../../i18n/admin";
import { explain } from "../problems";
import { type Panel, toSession } from "../route";
import { follows } from "../reach";
import { following } from "../server";
import type { Loaded } from "../useLoaded";
import { signedInAgain, useSignIns } from "../who";
import { Moderation } from "./Moderation";
import { NowPanel } from "./NowPanel";
import { Participants } from "./Participants";
import { RunList } from "./RunList";
import { ScreenPanel } from "./ScreenPanel";

type Props = { session: SessionDetail; panel: Panel; detail: Loaded<SessionDetail> };

export function ControlRoom({ session, panel, detail }: Props) {
  const t = useT();
  const { id, status } = session;
  // With the sign-in ends what follows the session; with the next one it begins again.
  const signIns = useSignIns();
  const live = useMemo(() => follow(following, id), [id, signIns]);
  useEffect(() => {
    // Also when the effect runs a second time: `stop` and `wake` may follow each other.
    live.wake();
    return () => live.stop();
  }, [live]);
  return (
    <>
      {status === "draft" && <Banner>{t("control_draft")}</Banner>}
      {status === "completed" && <Banner>{t("control_completed")}</Banner>}
      <Room live={live} {...{ session, panel, detail }} />
    </>
  );
}

function Room({ live, session, panel, detail }: Props & { live: LiveSession }) {
  const t = useT();
  const { frame: newest, freshness, ended } = useSession(live);
  // After signing in again the last picture stays until there is a new one, and what is typed in it.
  const last = useRef(newest);
  if (newest !== null) last.current = newest;
  const frame = last.current;
  const signIns = useSignIns();
  const shownStatus = frame?.session.status;
  useEffect(() => {
    if (ended?.status === 401) void signedInAgain(signIns, false);
  }, [ended]);
  useEffect(() => {
    follows(freshness);
    return () => follows("fresh");
  }, [freshness]);
  useEffect(() => {
    // A runner, or another administrator, opened or completed it.
    if (shownStatus !== undefined && shownStatus !== session.status) void detail.reload();
  }, [shownStatus, session.status]);
  if (frame === null) {
    return (
      <>
        {ended ? (
          <Banner kind="bad">{explain(t, ended)}</Banner>
        ) : (
          <p role="status">{t(freshness === "connecting" ? "loading" : "problem_unreachable")}</p>
        )}
        {ended && <Button onClick={() => location.reload()}>{t("try_again")}</Button>}
      </>
    );
  }
  const pending = frame.pending_moderation ?? 0;
  return (
    <div className="control">
      {ended && (
        <div className="ended">
          <Banner kind="bad">
            {explain(t, ended)}
            {ended.status === 401 && (
              <p className="acts">
                <Button size="small" onClick={() => void signedInAgain(signIns, true)}>
                  {t("sign_in")}
                </Button>
              </p>
            )}
          </Banner>
        </div>
      )}
      <RunList live={live} frame={frame} />
      <NowPanel live={live} frame={frame} session={session} />
      <section className="side">
        <nav className="tabs small" aria-label={t("panels")}>
          {(["people", "moderation", "screen"] as const).map((each) => (
            <a
              key={each}
              href={toSession(session.id, "control", each)}
              aria-current={each === panel ? "page" : undefined}
            >
              {t(`panel_${each}`)}
              {each === "moderation" && pending > 0 && (
                <>
                  {" "}
                  <span className="count">{t("waiting_n", { count: pending })}</span>
                </>
              )}
            </a>
          ))}
        </nav>
        {panel === "people" && <Participants live={live} frame={frame} />}
        {panel === "moderation" && <Moderation live={live} frame={frame} />}
        {panel === "screen" && <ScreenPanel live={live} frame={frame} />}
      </section>
    </div>
  );
}
