// Reads out what happens. Always there: browsers announce changes only in what they know already.

import type { Frame } from "../../api/frame";
import type { MeResource } from "../../api/schema";
import { LiveRegion } from "../../components/Live";
import { useIsPast } from "../../components/useIsPast";
import { useT as useActivities } from "../../i18n/participant/activities";
import { useT } from "../../i18n/participant/room";
import { announcementOf } from "./announced";

type Props = { frame: Frame | null; me: MeResource | null; now: () => number };

export function Announcer({ frame, me, now }: Props) {
  const t = { room: useT(), activities: useActivities() };
  useIsPast(frame?.activity?.opens_at_ms, now);
  useIsPast(frame?.activity?.ends_at_ms, now);
  return <LiveRegion>{frame && announcementOf(frame, me, now(), t)}</LiveRegion>;
}
