// The big screen from the outside: a key, a session to follow, or a clear word why there is none.

import { type ReactNode, useEffect, useState } from "react";

import { baseUrl } from "../../api/base";
import { connect } from "../../api/client";
import { follow, type LiveSession } from "../../api/live";
import { useSession } from "../../api/useSession";
import { LanguageSwitch } from "../../components/LanguageSwitch";
import { Logo } from "../../components/Logo";
import { ConnectionSign } from "../../components/Sign";
import { useT } from "../../i18n/runner";
import { useSessionLanguage } from "../../i18n/useSessionLanguage";
import { forgetToken } from "./key";
import { Screen } from "./Screen";

type Props = {
  session: string | null;
  token: string | null;
  /** Takes a key that a link brought while the page was open. */
  takeKey: () => string | null;
};

export function Page({ session, token: first, takeKey }: Props) {
  const t = useT();
  const [token, setToken] = useState(first);
  useEffect(() => {
    const take = () => setToken(takeKey());
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, [takeKey]);
  if (session === null) return <Notice title={t("no_session")}>{t("no_session_help")}</Notice>;
  if (token === null) return <Notice title={t("no_token")}>{t("no_token_help")}</Notice>;
  return <Followed key={token} session={session} token={token} />;
}

function Followed({ session, token }: { session: string; token: string }) {
  const [live, setLive] = useState<LiveSession | null>(null);
  useEffect(() => {
    const followed = follow(connect(baseUrl, token), session);
    setLive(followed);
    return () => followed.stop();
  }, [session, token]);
  return live === null ? <Connecting /> : <Shown live={live} />;
}

function Shown({ live }: { live: LiveSession }) {
  const t = useT();
  const { frame, freshness, ended } = useSession(live);
  useSessionLanguage(frame?.session.settings.locale);
  const isRevoked = ended !== null && (ended.status === 401 || ended.status === 403);
  useEffect(() => {
    if (isRevoked) forgetToken(live.id);
  }, [isRevoked, live]);
  if (isRevoked) return <Notice title={t("revoked")}>{t("revoked_help")}</Notice>;
  if (ended !== null) return <Notice title={t("gone")}>{t("gone_help")}</Notice>;
  if (frame === null) {
    return (
      <>
        <ConnectionSign freshness={freshness} />
        <Connecting />
      </>
    );
  }
  return <Screen live={live} frame={frame} freshness={freshness} />;
}

function Connecting() {
  const t = useT();
  return (
    <main className="notice">
      <Logo />
      <h1 className="soft">{t("connecting")}</h1>
    </main>
  );
}

function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="notice">
      <Logo />
      <div className="box lift">
        <h1>{title}</h1>
        <p>{children}</p>
      </div>
      <LanguageSwitch />
    </main>
  );
}
