// Being in: follows the session and shows the one thing there is to do.

import "./room.css";

import { useEffect, useMemo, useRef, useState } from "react";

import { openOutbox } from "../../api/answers";
import { baseUrl } from "../../api/base";
import { connect } from "../../api/client";
import type { Identity } from "../../api/identity";
import { follow } from "../../api/live";
import { useSession } from "../../api/useSession";
import { Logo } from "../../components/Logo";
import { ConnectionSign } from "../../components/Sign";
import { useT } from "../../i18n/participant/room";
import { useSessionLanguage } from "../../i18n/useSessionLanguage";
import { Announcement } from "./Announcement";
import { Announcer } from "./Announcer";
import { Doing } from "./Doing";
import { Ended, Over } from "./Ended";
import { Lobby } from "./Lobby";
import { Missed } from "./Missed";
import { mine, type Seen } from "./mine";
import { slotOf } from "./slot";
import { fetchAllViews } from "./views";
import { You } from "./You";

type Props = {
  session: string;
  identity: Identity;
  onRenamed: (nickname: string) => void;
  onLeft: () => void;
  onJoinAgain: () => void;
  onOtherCode: () => void;
};

export function Room({ session, identity, onRenamed, ...ways }: Props) {
  const t = useT();
  const api = useMemo(
    () => connect(baseUrl, identity.participant_token),
    [identity.participant_token],
  );
  const live = useMemo(() => follow(api, session, { asParticipant: true }), [api, session]);
  const outbox = useMemo(() => openOutbox(api, session), [api, session]);
  useEffect(
    () => () => {
      live.stop();
      outbox.stop();
    },
    [live, outbox],
  );
  const { frame, freshness, ended, me } = useSession(live);
  useSessionLanguage(frame?.session.settings.locale);
  const seen = useRef<Seen>(null);
  const [isYouOpen, setYouOpen] = useState(false);
  const hasFrame = frame !== null;
  useEffect(() => {
    if (hasFrame) void fetchAllViews();
  }, [hasFrame]);
  useNewName(me?.nickname, identity.nickname, onRenamed);
  useRefreshAfter(frame?.activity?.id, live.refreshMe);
  const name = me?.nickname ?? identity.nickname;
  useEffect(() => {
    document.title = frame ? `${frame.session.name} – Caja` : "Caja";
  }, [frame?.session.name]);

  if (ended !== null) {
    return <Ended why={ended} onJoinAgain={ways.onJoinAgain} onOtherCode={ways.onOtherCode} />;
  }
  const known = frame && mine(me, frame, seen.current);
  if (known) seen.current = known.seen;
  const isOver = frame?.session.status === "completed";
  const { activity = null } = frame ?? {};
  return (
    <div className={`page room ${freshness === "fresh" ? "" : "adrift"}`}>
      <header className="head">
        <div className="brand">
          <Logo />
          <ConnectionSign freshness={freshness} />
        </div>
        <button
          type="button"
          className="who"
          aria-label={t("you", { name })}
          onClick={() => setYouOpen(true)}
        >
          <bdi>{name}</bdi>
        </button>
      </header>
      <main tabIndex={-1}>
        {frame === null ? (
          <h1 className="soft late">{t("loading")}</h1>
        ) : isOver ? (
          <Over name={name} me={me} onOtherCode={ways.onOtherCode} />
        ) : activity !== null ? (
          <Doing
            frame={{ ...frame, activity }}
            me={known?.me ?? null}
            outbox={outbox}
            now={live.now}
            onRefused={live.refreshMe}
          />
        ) : (
          <Lobby frame={frame} name={name} shownAs={me?.shown_as} isBetween={false} />
        )}
      </main>
      <Announcer frame={frame} me={known?.me ?? null} now={live.now} />
      <Announcement text={isOver ? null : (frame?.announcement ?? null)}>
        <Missed outbox={outbox} slot={isOver ? null : activity && slotOf(session, activity)} />
      </Announcement>
      {isYouOpen && (
        <You
          api={api}
          session={session}
          me={me}
          name={name}
          onChanged={() => live.refreshMe()}
          onLeft={() => {
            outbox.drop();
            ways.onLeft();
          }}
          onClose={() => setYouOpen(false)}
        />
      )}
    </div>
  );
}

/** Also when the host, or another of this person's devices, gave the name. */
function useNewName(
  name: string | undefined,
  kept: string,
  onRenamed: (nickname: string) => void,
): void {
  useEffect(() => {
    if (name !== undefined && name !== kept) onRenamed(name);
  }, [name, kept, onRenamed]);
}

/** How far a room's questions after a new activity are spread. */
const SPREAD_MS = 5_000;

/** A host who gives somebody another name changes no frame; so one's own is asked for now and then. */
function useRefreshAfter(activity: string | undefined, refresh: () => void): void {
  const before = useRef(activity);
  useEffect(() => {
    const isFirst = before.current === undefined;
    before.current = activity;
    if (isFirst || activity === undefined) return;
    const id = setTimeout(refresh, Math.random() * SPREAD_MS);
    return () => clearTimeout(id);
  }, [activity, refresh]);
}
