// Reads out what happens. Always there: browsers announce changes only in what they know already.

import type { Frame } from "../../api/frame";
import { LiveRegion } from "../../components/Live";
import { useIsPast } from "../../components/useIsPast";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import { announcementOf } from "./announced";

export function Announcer({ frame, now }: { frame: Frame; now: () => number }) {
  const t = useT();
  const language = useLanguage();
  useIsPast(frame.activity?.opens_at_ms, now);
  useIsPast(frame.activity?.ends_at_ms, now);
  return <LiveRegion>{announcementOf(frame, now(), language, t)}</LiveRegion>;
}
