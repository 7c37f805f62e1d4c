// How to get in: huge before it starts, small beside what goes on.

import type { FrameSession } from "../../api/schema";
import { Qr } from "../../components/Qr";
import { formatCode } from "../../i18n/format";
import { useT } from "../../i18n/runner";
import { addressOf } from "./address";

export function Joining({ session, size }: { session: FrameSession; size: "large" | "small" }) {
  const t = useT();
  return (
    <aside className={`joining box lift ${size}`} aria-label={t("join_small")}>
      <Qr session={session.id} code={session.code} />
      <p>
        <span className="unseen">{t("join_scan")} </span>
        <bdi className="address">{addressOf(session.join_url)}</bdi>
        <b className="code num">{formatCode(session.code)}</b>
      </p>
    </aside>
  );
}
