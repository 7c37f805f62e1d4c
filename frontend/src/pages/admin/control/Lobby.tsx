// Nothing runs: how people get in, and what to start with.

import type { SessionDetail } from "../../../api/schema";
import { Qr } from "../../../components/Qr";
import { useT } from "../../../i18n/admin";
import { formatCode } from "../../../i18n/format";
import { toSession } from "../route";

export function Lobby({
  session,
  hasActivities,
}: {
  session: SessionDetail;
  hasActivities: boolean;
}) {
  const t = useT();
  const { id, code, join_url, status } = session;
  if (status === "completed") return <p className="box empty">{t("nothing_more")}</p>;
  return (
    <div className="box lift now-box lobby">
      <Qr session={id} code={code} />
      <div className="stack">
        <p>{t("how_to_join")}</p>
        <p>
          {t("code")} <span className="num big-code">{formatCode(code)}</span>
        </p>
        <p className="soft">
          <bdi>{join_url.replace(/^https?:\/\//, "")}</bdi>
        </p>
        {status === "active" && <p>{t(hasActivities ? "nothing_now" : "nothing_to_start")}</p>}
        {!hasActivities && (
          <p>
            <a className="button small primary" href={toSession(id, "edit")}>
              {t("add_activity")}
            </a>
          </p>
        )}
      </div>
    </div>
  );
}
