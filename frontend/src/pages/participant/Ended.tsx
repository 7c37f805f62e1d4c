// The end: of the session, or of one's being in it.

import type { Ended as Why } from "../../api/poller";
import type { MeResource } from "../../api/schema";
import { Button } from "../../components/Button";
import { useT } from "../../i18n/participant/room";
import { Outside } from "./Outside";

type Ways = { onJoinAgain: () => void; onOtherCode: () => void };

export function Ended({ why, onJoinAgain, onOtherCode }: { why: Why } & Ways) {
  const t = useT();
  const isRemoved = why.code === "removed";
  const isGone = why.status === 404 || why.status === 410;
  return (
    <Outside>
      <h1>{t(isRemoved ? "removed_title" : isGone ? "gone_title" : "signed_out_title")}</h1>
      <p role="status">{t(isRemoved ? "removed" : isGone ? "gone" : "not_yours")}</p>
      {!isGone && (
        <Button kind="primary" onClick={onJoinAgain}>
          {t("join_again")}
        </Button>
      )}
      <Button onClick={onOtherCode}>{t("other_code")}</Button>
    </Outside>
  );
}

export function Over({
  name,
  me,
  onOtherCode,
}: {
  name: string;
  me: MeResource | null;
  onOtherCode: () => void;
}) {
  const t = useT();
  return (
    <section className="over">
      <h1>{t("over_title")}</h1>
      <p>{t("over_text", { name })}</p>
      {me !== null && me.rank !== null && (
        <p className="standing box lift">
          <strong className="num">{t("over_rank", { count: me.rank })}</strong>
          <span>{t("over_score", { count: me.score })}</span>
        </p>
      )}
      <Button onClick={onOtherCode}>{t("other_code")}</Button>
    </section>
  );
}
