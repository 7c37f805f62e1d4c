// Who is here: somebody without a code, with one, or a participant.

import { useEffect, useState } from "react";

import { dropDrafts } from "../../api/drafts";
import type { Identity } from "../../api/identity";
import type { JoinInvitation, Joined } from "../../api/schema";
import { useT } from "../../i18n/participant";
import { CodeForm } from "./CodeForm";
import { go, useCode } from "./address";
import { Join } from "./Join";
import { room } from "./lazy";
import { Outside } from "./Outside";
import { usePart } from "./parts";
import { identities } from "./who";

export function Page() {
  const code = useCode();
  // What typing the code has found already.
  const [found, setFound] = useState<{ code: string; invitation: JoinInvitation } | null>(null);
  if (code === null) {
    return (
      <CodeForm
        onFound={(to, invitation) => {
          setFound({ code: to, invitation });
          go(to);
        }}
      />
    );
  }
  return (
    <Code key={code} code={code} invitation={found?.code === code ? found.invitation : null} />
  );
}

type Inside = { session: string; identity: Identity };

function inside(code: string): Inside | null {
  const session = identities.sessionOf(code);
  const identity = session === null ? null : identities.of(session);
  return session === null || identity === null ? null : { session, identity };
}

function Code({ code, invitation }: { code: string; invitation: JoinInvitation | null }) {
  const t = useT();
  const [who, setWho] = useState<Inside | null>(() => inside(code));
  const session = who?.session ?? null;
  const Room = usePart(who === null ? null : room);
  useEffect(() => {
    if (session === null) return;
    return identities.watch(session, (identity) =>
      setWho(identity === null ? null : { session, identity }),
    );
  }, [session]);

  if (who === null) {
    return (
      <Join
        code={code}
        invitation={invitation}
        onTyping={() => void room.fetch()}
        onJoined={(joined: Joined) => {
          identities.keep(joined.session_id, code, joined);
          dropDrafts(joined.session_id);
          setWho({ session: joined.session_id, identity: joined });
        }}
      />
    );
  }
  if (Room === null) return <Outside busy={t("nickname_joining")} />;
  const forget = (isSomebodyElseNext: boolean) => {
    dropDrafts(who.session);
    identities.forget(who.session, isSomebodyElseNext);
  };
  return (
    <Room
      key={who.identity.participant_token}
      session={who.session}
      identity={who.identity}
      onRenamed={(nickname) => identities.renamed(who.session, nickname)}
      onLeft={() => {
        forget(true);
        setWho(null);
      }}
      onJoinAgain={() => {
        forget(false);
        setWho(null);
      }}
      onOtherCode={() => {
        forget(false);
        go(null);
      }}
    />
  );
}
