// Where a session or an activity stands, in a word and a shape.

import type { ActivityStatus, SessionStatus } from "../../api/schema";
import { useT } from "../../i18n/admin";

export function StatusChip({ status }: { status: SessionStatus | ActivityStatus }) {
  const t = useT();
  return <span className={`tag ${status}`}>{t(`status_${status}`)}</span>;
}
