// Before anything runs: how to get in, and who has.

import type { Frame } from "../../api/frame";
import { Qr } from "../../components/Qr";
import { formatCode } from "../../i18n/format";
import { useT } from "../../i18n/runner";
import { addressOf } from "./address";

export function Lobby({ frame }: { frame: Frame }) {
  const t = useT();
  const { session, participants } = frame;
  const latest = participants.latest ?? [];
  const more = participants.total - latest.length;
  return (
    <div className="lobby">
      <div className="qr-box box">
        <Qr session={session.id} code={session.code} />
      </div>
      <div className="lobby-text">
        <h1 className={session.name.length > 60 ? "long" : ""}>
          <bdi>{session.name}</bdi>
        </h1>
        <div className="how">
          <p>
            {t("join_scan")} <bdi className="address">{addressOf(session.join_url)}</bdi>{" "}
            {t("join_with")}
          </p>
          <p className="code num">{formatCode(session.code)}</p>
        </div>
        {session.status === "draft" && <p className="soft">{t("not_open")}</p>}
        <div className="people">
          <p className="here num">
            {participants.total === 0 ? t("nobody_here") : t("here", { count: participants.total })}
          </p>
          <ul aria-label={t("latest_names")}>
            {latest.map(({ participant_id, nickname }) => (
              <li key={participant_id} className="box">
                <bdi>{nickname}</bdi>
              </li>
            ))}
            {more > 0 && <li className="more soft">{t("and_more", { count: more })}</li>}
          </ul>
        </div>
      </div>
    </div>
  );
}

export function Over({ frame }: { frame: Frame }) {
  const t = useT();
  return (
    <div className="over">
      <h1 className="huge">{t("over")}</h1>
      <p>{t("over_people", { count: frame.participants.total })}</p>
      <p className="soft">
        <bdi>{frame.session.name}</bdi>
      </p>
    </div>
  );
}
