// How people get in: code, address and QR for participants, links with a token for the big screen.

import { href } from "../../api/base";
import type { SessionResource } from "../../api/schema";
import { Dialog } from "../../components/Dialog";
import { DownloadIcon } from "../../components/icons";
import { Qr } from "../../components/Qr";
import { Banner } from "../../components/Sign";
import { useT } from "../../i18n/admin";
import { formatCode } from "../../i18n/format";
import { Copyable } from "./Copyable";
import { RunnerLinks } from "./RunnerLinks";

export function Share({ session, onClose }: { session: SessionResource; onClose: () => void }) {
  const t = useT();
  const { id, code, join_url, status } = session;
  const isOver = status === "completed";
  return (
    <Dialog title={t("share")} onClose={onClose}>
      <div className="stack">
        {isOver ? (
          <Banner>{t("problem_session_completed")}</Banner>
        ) : (
          <section className="stack" aria-labelledby="joining">
            <h3 id="joining">{t("joining")}</h3>
            <div className="share">
              <Qr session={id} code={code} />
              <div className="stack">
                <p>
                  {t("code")} <span className="num big-code">{formatCode(code)}</span>
                </p>
                <Copyable label={t("join_address")} value={join_url} />
                <a className="button small" href={href(`api/v1/sessions/${id}/qr.png`)} download>
                  <DownloadIcon />
                  {t("qr_download")}
                </a>
              </div>
            </div>
          </section>
        )}
        <RunnerLinks id={id} canMake={!isOver} />
      </div>
    </Dialog>
  );
}
