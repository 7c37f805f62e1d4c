// Nothing to do but to wait: what comes, and who is here.

import type { Frame } from "../../api/frame";
import { useT } from "../../i18n/participant/room";

/** More than that nobody keeps in mind. */
const SHOWN = 4;

export function Lobby({
  frame,
  name,
  shownAs,
  isBetween,
}: {
  frame: Frame;
  name: string;
  /** By the others, while somebody has to look at the name. */
  shownAs?: string | undefined;
  /** After an activity, not before the first. */
  isBetween: boolean;
}) {
  const t = useT();
  const { session, upcoming, participants } = frame;
  const isDraft = session.status === "draft";
  return (
    <section className="lobby">
      <p className="session soft" dir="auto">
        {session.name}
      </p>
      <h1>{isBetween ? t("between_title") : t("lobby_title", { name })}</h1>
      <p>{t(isBetween ? "between" : isDraft ? "lobby_draft" : "lobby_wait")}</p>
      {shownAs !== undefined && <p className="soft">{t("you_shown_as", { name: shownAs })}</p>}
      {upcoming.length > 0 && (
        <div className="next">
          <h2>{t(isBetween ? "next" : "next_first")}</h2>
          <ol>
            {upcoming.slice(0, SHOWN).map(({ id, type, title }) => (
              <li key={id} className="box">
                <span className="kind">{t(type)}</span>
                <bdi>{title}</bdi>
              </li>
            ))}
          </ol>
        </div>
      )}
      <p className="soft here">{t("in_here", { count: participants.total })}</p>
    </section>
  );
}
