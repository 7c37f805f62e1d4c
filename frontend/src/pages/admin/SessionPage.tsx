// One session: its head with what moves it on, and the part of it that is looked at.

import { useState } from "react";

import type { SessionDetail, SessionResource } from "../../api/schema";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { EditIcon, FullScreenIcon, PlayIcon, QrIcon, StopIcon } from "../../components/icons";
import { Banner } from "../../components/Sign";
import { toast } from "../../components/Toast";
import { useT } from "../../i18n/admin";
import { formatCode } from "../../i18n/format";
import { openBigScreen } from "./bigScreen";
import { ControlRoom } from "./control/ControlRoom";
import { hasUnsaved, useDrafts } from "./drafts";
import { EditorPage } from "./editor/EditorPage";
import { complain } from "./complain";
import { Heading } from "./Heading";
import { explain } from "./problems";
import { Report } from "./report/Report";
import { go, type Panel, type Section, toList, toSession } from "./route";
import { api, call, callAs } from "./server";
import { SettingsDialog } from "./SettingsDialog";
import { Share } from "./Share";
import { StatusChip } from "./StatusChip";
import { type Loaded, useLoaded } from "./useLoaded";

export function SessionPage({
  id,
  section,
  panel,
}: {
  id: string;
  section: Section;
  panel: Panel;
}) {
  const t = useT();
  const detail = useLoaded(id, () =>
    call(api.GET("/api/v1/sessions/{id}", { params: { path: { id } } })),
  );
  const session = detail.data;
  if (session === null) {
    return (
      <main className="wide">
        {detail.isLoading && (
          <>
            <h1>{t("session")}</h1>
            <p role="status">{t("loading")}</p>
          </>
        )}
        {detail.trouble && (
          <>
            <Heading place={`${id} trouble`} title={[t("session")]}>
              {t("session")}
            </Heading>
            <Banner kind="bad">{explain(t, detail.trouble)}</Banner>
            <p className="acts">
              <Button onClick={() => void detail.reload()}>{t("try_again")}</Button>
              <Button onClick={() => go(toList())}>{t("to_list")}</Button>
            </p>
          </>
        )}
      </main>
    );
  }
  return (
    <main className="wide session">
      <Head detail={detail} session={session} section={section} />
      {section === "edit" && <EditorPage detail={detail} session={session} />}
      {section === "control" && <ControlRoom session={session} panel={panel} detail={detail} />}
      {section === "report" && <Report session={session} />}
    </main>
  );
}

type Opened = "share" | "settings" | "open" | "complete" | null;

function Head({
  detail,
  session,
  section,
}: {
  detail: Loaded<SessionDetail>;
  session: SessionDetail;
  section: Section;
}) {
  const t = useT();
  const [opened, setOpened] = useState<Opened>(null);
  const close = () => setOpened(null);
  // Opening is the next thing to do only once all is written.
  const drafts = useDrafts(session.id);
  const isReady = session.activities.length > 0 && drafts.size === 0;
  const { id, name, code, status } = session;
  const move = async (to: "open" | "complete") => {
    const params = { path: { id } };
    const asked = await callAs<SessionResource>(
      to === "open"
        ? api.POST("/api/v1/sessions/{id}/open", { params })
        : api.POST("/api/v1/sessions/{id}/complete", { params }),
    );
    if (!asked.ok) return complain(t, asked.problem);
    detail.set({ ...session, ...asked.data });
    toast(t(to === "open" ? "opened" : "completed"));
    go(toSession(id, to === "open" ? "control" : "report"));
  };
  const present = async () => {
    const outcome = await openBigScreen(id);
    if (outcome === "blocked") setOpened("share");
    else if (outcome !== "opened") complain(t, outcome);
  };
  return (
    <div className="session-head">
      <div className="heading">
        <div className="what">
          <Heading place={`${id} ${section}`} title={[t(`section_${section}`), name]}>
            <bdi>{name}</bdi>
          </Heading>
          <p className="notes">
            <StatusChip status={status} />
            {status !== "completed" && (
              <span>
                {t("code")} <span className="num">{formatCode(code)}</span>
              </span>
            )}
          </p>
        </div>
        <div className="acts">
          <Button size="small" onClick={() => setOpened("settings")}>
            <EditIcon />
            {t("settings")}
          </Button>
          <Button size="small" onClick={() => setOpened("share")}>
            <QrIcon />
            {t("share")}
          </Button>
          {status !== "completed" && (
            <Button size="small" onClick={() => void present()}>
              <FullScreenIcon />
              {t("big_screen")}
            </Button>
          )}
          {status === "draft" && (
            <Button
              size="small"
              kind={isReady ? "primary" : "plain"}
              onClick={() => (drafts.size > 0 ? setOpened("open") : void move("open"))}
            >
              <PlayIcon />
              {t("open_session")}
            </Button>
          )}
          {status === "active" && (
            <Button size="small" kind="danger" onClick={() => setOpened("complete")}>
              <StopIcon />
              {t("complete_session")}
            </Button>
          )}
        </div>
      </div>
      <nav className="tabs" aria-label={t("sections")}>
        {(["edit", "control", "report"] as const).map((each) => (
          <a
            key={each}
            href={toSession(id, each)}
            aria-current={each === section ? "page" : undefined}
          >
            {t(`section_${each}`)}
          </a>
        ))}
      </nav>
      {opened === "share" && <Share session={session} onClose={close} />}
      {opened === "settings" && (
        <SettingsDialog detail={detail} session={session} onClose={close} />
      )}
      {opened === "open" && (
        <Confirm
          title={t("unsaved_title")}
          action={t("open_anyway")}
          onConfirm={() => void move("open")}
          onClose={close}
        >
          <p>{t("open_unsaved")}</p>
        </Confirm>
      )}
      {opened === "complete" && (
        <Confirm
          title={t("complete_title")}
          action={t("complete_session")}
          onConfirm={() => void move("complete")}
          onClose={close}
        >
          <p>{t("complete_text")}</p>
          {hasUnsaved() && <p>{t("unsaved_text")}</p>}
        </Confirm>
      )}
    </div>
  );
}
