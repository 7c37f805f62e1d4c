// Preparing a session: the list of activities, the one that is written, and the phone beside it.

import { useState } from "react";

import type { ActivityKind, ActivityResource, SessionDetail } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { PlusIcon } from "../../../components/icons";
import { Banner } from "../../../components/Sign";
import { useT } from "../../../i18n/admin";
import { type Draft, draftOf, fresh, putDraft, useDrafts } from "../drafts";
import type { Loaded } from "../useLoaded";
import { ActivityForm } from "./ActivityForm";
import { ActivityList } from "./ActivityList";
import { Preview } from "./Preview";

const TYPES: readonly ActivityKind[] = ["poll", "poker", "quiz", "wordcloud"];

let lastKey = 0;

export function EditorPage({
  detail,
  session,
}: {
  detail: Loaded<SessionDetail>;
  session: SessionDetail;
}) {
  const t = useT();
  const drafts = useDrafts(session.id);
  const [chosen, choose] = useState<string | null>(null);
  const [look, setLook] = useState(0);
  const entries = entriesOf(session.activities, drafts);
  const draft = entries.find(({ key }) => key === chosen) ?? entries[0] ?? null;
  const activity = session.activities.find(({ id }) => id === draft?.key);
  const show = (key: string | null) => {
    setLook(0);
    choose(key);
    // On a phone the form stands below the list.
    requestAnimationFrame(() => {
      const form = document.querySelector("form.form");
      if (form && form.getBoundingClientRect().top > innerHeight / 2) form.scrollIntoView();
    });
  };
  const add = (type: ActivityKind) => {
    lastKey += 1;
    const key = `new-${lastKey}`;
    putDraft(session.id, fresh(key, type));
    show(key);
    // The form is there after the next drawing.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>("[data-pointer='/title']")?.focus(),
    );
  };
  const isOver = session.status === "completed";
  return (
    <div className="prepare">
      <section className="list" aria-labelledby="activities">
        <h2 id="activities">{t("activities")}</h2>
        {isOver && <Banner>{t("problem_session_completed")}</Banner>}
        <ActivityList
          session={session}
          detail={detail}
          entries={entries}
          current={draft?.key ?? null}
          onChoose={show}
        />
        {!isOver && entries.length > 0 && <Add onAdd={add} />}
      </section>
      {draft === null ? (
        <First onAdd={isOver ? null : add} />
      ) : (
        <>
          <ActivityForm
            key={draft.key}
            detail={detail}
            session={session}
            draft={draft}
            activity={activity}
            onSaved={show}
            onLook={setLook}
          />
          <Preview written={draft.written} session={session} look={look} />
        </>
      )}
    </div>
  );
}

/** Those that the server has, as they are being written, and then the new ones. */
function entriesOf(
  activities: readonly ActivityResource[],
  drafts: ReadonlyMap<string, Draft>,
): Draft[] {
  const known = activities.map((activity) => drafts.get(activity.id) ?? draftOf(activity));
  const ids = new Set(activities.map(({ id }) => id));
  return [...known, ...[...drafts.values()].filter(({ key }) => !ids.has(key))];
}

function Add({ onAdd }: { onAdd: (type: ActivityKind) => void }) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be a grid in older browsers
    <div className="add" role="group" aria-label={t("add_activity")}>
      <p className="soft">{t("add_activity")}</p>
      {TYPES.map((type) => (
        <Button key={type} size="small" onClick={() => onAdd(type)}>
          <PlusIcon />
          {t(`type_${type}`)}
        </Button>
      ))}
    </div>
  );
}

/** With nothing there yet: what there is, and what each is for. */
function First({ onAdd }: { onAdd: ((type: ActivityKind) => void) | null }) {
  const t = useT();
  return (
    <section className="box empty form first">
      <h2>{t("no_activities")}</h2>
      <p>{t("no_activities_text")}</p>
      {onAdd && (
        <ul className="kinds" aria-label={t("add_activity")}>
          {TYPES.map((type) => (
            <li key={type}>
              <Button kind="primary" aria-describedby={`for-${type}`} onClick={() => onAdd(type)}>
                <PlusIcon />
                {t(`type_${type}`)}
              </Button>
              <p id={`for-${type}`}>{t(`for_${type}`)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
