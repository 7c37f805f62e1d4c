// One activity as it is written: its title, its type's editor, saving, and what the server says.

import { type FormEvent, useEffect, useRef, useState } from "react";

import { Editor as PokerEditor } from "../../../activities/poker/Editor";
import { Editor as PollEditor } from "../../../activities/poll/Editor";
import { Editor as QuizEditor } from "../../../activities/quiz/Editor";
import { Editor as WordCloudEditor } from "../../../activities/wordcloud/Editor";
import type { ActivityResource, SessionDetail } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Confirm } from "../../../components/Dialog";
import type { Lock } from "../../../components/editing";
import { TextField } from "../../../components/Field";
import { Banner } from "../../../components/Sign";
import { useT } from "../../../i18n/admin";
import {
  bodyOf,
  changed,
  compared,
  type Draft,
  draftOf,
  draftsOf,
  dropDraft,
  fits,
  isDirty,
  isSame,
  keepMine,
  putDraft,
  rewritten,
  writtenOf,
  type Written,
} from "../drafts";
import { useIsReached } from "../reach";
import { explain, pathsOf, placeOf, wrongAt } from "../problems";
import { inWords } from "../refusals";
import { api, callAs, ifMatch, type Trouble } from "../server";
import type { Loaded } from "../useLoaded";

/** Whoever saves far down in the form must see why it is not saved. */
const MIDDLE = { block: "center" } as const;

type Props = {
  detail: Loaded<SessionDetail>;
  session: SessionDetail;
  draft: Draft;
  activity: ActivityResource | undefined;
  onSaved: (key: string) => void;
  onLook: (index: number) => void;
};

export function ActivityForm({ detail, session, draft, activity, onSaved, onLook }: Props) {
  const t = useT();
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const isOver = session.status === "completed";
  const lock = isOver ? "all" : lockOf(activity);
  const write = (written: Written) => putDraft(session.id, rewritten(draft, written));
  const wrong = (pointer: string) => wrongAt(t, draft.errors, pointer);

  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (isBusy || isOver || draft.theirs !== null) return;
    setBusy(true);
    setTrouble(null);
    const asked = await send(session, detail, draft);
    setBusy(false);
    if (asked.ok) {
      await detail.reload();
      const focused = focusedIn(form.current);
      settle(session.id, draft, asked.data);
      onSaved(asked.data.id);
      if (focused) requestAnimationFrame(() => focusAgain(focused));
      return;
    }
    const { problem } = asked;
    requestAnimationFrame(() => form.current?.querySelector(".banner")?.scrollIntoView(MIDDLE));
    if ("theirs" in asked) return putDraft(session.id, asked.theirs);
    putDraft(session.id, { ...draft, errors: problem.errors ?? [] });
    setTrouble(problem);
    const first = problem.errors?.[0]?.pointer;
    if (first) requestAnimationFrame(() => lead(form.current, first));
  };

  // What could not be sent goes when the server is back.
  const isReached = useIsReached();
  useEffect(() => {
    if (isReached && trouble?.status === 0) void save();
  }, [isReached]);

  return (
    <form
      noValidate
      className="box form"
      ref={form}
      aria-labelledby="writing"
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void save();
      }}
    >
      <header className="heading">
        <h2 id="writing">{t(`type_${draft.written.type}`)}</h2>
        <SaveButtons {...{ draft, session, isBusy, isOver }} />
      </header>
      <p className="soft" role="status">
        {lock === "none" ? "" : t(isOver ? "lock_over" : `lock_${lock}`)}
      </p>
      <Conflict draft={draft} session={session} />
      <Wrongs draft={draft} trouble={trouble} form={form.current} />
      <TextField
        label={t("title")}
        hint={t("title_hint")}
        wrong={wrong("/title")}
        data-pointer="/title"
        maxLength={300}
        readOnly={isOver}
        value={draft.written.title}
        onChange={(event) => write({ ...draft.written, title: event.currentTarget.value })}
      />
      <TypeEditor {...{ draft, write, wrong, lock, onLook }} />
    </form>
  );
}

/** It is saved; what was typed meanwhile is not. */
function settle(session: string, sent: Draft, saved: ActivityResource): void {
  const latest = draftsOf(session).get(sent.key);
  dropDraft(session, sent.key);
  if (latest && !isSame(latest.written, sent.written)) {
    putDraft(session, { ...draftOf(saved), written: latest.written });
  }
}

/** Where the focus is, as the form finds it again when it is drawn anew for what has an id now. */
function focusedIn(form: HTMLFormElement | null): string | null {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !form?.contains(focused)) return null;
  const { pointer } = focused.dataset;
  return pointer === undefined ? "[type='submit']" : `[data-pointer="${CSS.escape(pointer)}"]`;
}

function focusAgain(selector: string): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>(`form.form ${selector}`)?.focus();
}

function SaveButtons({
  draft,
  session,
  isBusy,
  isOver,
}: {
  draft: Draft;
  session: SessionDetail;
  isBusy: boolean;
  isOver: boolean;
}) {
  const t = useT();
  const [asks, ask] = useState(false);
  if (isOver) return null;
  const dirty = isDirty(draft);
  return (
    <div className="acts">
      <span className="soft" role="status">
        {isBusy ? t("saving") : dirty ? t("unsaved_changes") : t("all_saved")}
      </span>
      {dirty && !draft.isNew && (
        <Button size="small" onClick={() => ask(true)}>
          {t("discard")}
        </Button>
      )}
      {asks && <Discard draft={draft} session={session} onClose={() => ask(false)} />}
      <Button
        kind="primary"
        size="small"
        type="submit"
        isDisabled={!dirty || isBusy || draft.theirs !== null}
      >
        {t("save")}
      </Button>
    </div>
  );
}

/** The configuration can change until it runs; then stories and questions may be added. */
function lockOf(activity: ActivityResource | undefined): Lock {
  if (activity?.status === "expired") return "all";
  if (activity?.status !== "active") return "none";
  return activity.type === "quiz" || activity.type === "poker" ? "append" : "all";
}

function TypeEditor({
  draft,
  write,
  wrong,
  lock,
  onLook,
}: {
  draft: Draft;
  write: (written: Written) => void;
  wrong: (pointer: string) => string | undefined;
  lock: Lock;
  onLook: (index: number) => void;
}) {
  const { written, base } = draft;
  const common = { wrong, lock, onLook };
  switch (written.type) {
    case "poll":
      return (
        <PollEditor
          {...common}
          saved={0}
          config={written.config}
          onChange={(config) => write({ ...written, config })}
        />
      );
    case "poker":
      return (
        <PokerEditor
          {...common}
          saved={base?.type === "poker" ? (base.config.stories?.length ?? 0) : 0}
          config={written.config}
          onChange={(config) => write({ ...written, config })}
        />
      );
    case "quiz":
      return (
        <QuizEditor
          {...common}
          saved={base?.type === "quiz" ? base.config.questions.length : 0}
          config={written.config}
          onChange={(config) => write({ ...written, config })}
        />
      );
    case "wordcloud":
      return (
        <WordCloudEditor
          {...common}
          saved={0}
          config={written.config}
          onChange={(config) => write({ ...written, config })}
        />
      );
  }
}

type Sent =
  | { ok: true; data: ActivityResource }
  | { ok: false; problem: Trouble }
  | { ok: false; problem: Trouble; theirs: Draft };

/** Saves; where somebody else has changed the session but not this activity, once more. */
async function send(
  session: SessionDetail,
  detail: Loaded<SessionDetail>,
  draft: Draft,
  revision = session.revision,
  isAgain = false,
): Promise<Sent> {
  const body = bodyOf(draft.written);
  const path = { id: session.id, aid: draft.key };
  const header = ifMatch(revision);
  const asked = await callAs<ActivityResource>(
    draft.isNew
      ? api.POST("/api/v1/sessions/{id}/activities", { params: { path, header }, body })
      : api.PATCH("/api/v1/sessions/{id}/activities/{aid}", {
          params: { path, header },
          body: { title: body.title, config: body.config },
        }),
  );
  if (asked.ok) return asked;
  const problem: Trouble = asked.problem;
  const isGone = problem.status === 404 && !draft.isNew;
  if (isAgain || !(problem.code === "stale_revision" || isGone)) return { ok: false, problem };
  const now = await detail.reload();
  if (now === null) return { ok: false, problem };
  const arrived = arrivedBefore(session, now, draft);
  if (arrived) return { ok: true, data: arrived };
  const compare = compared(
    draft,
    now.activities.find(({ id }) => id === draft.key),
  );
  if (compare.theirs !== null) return { ok: false, problem, theirs: compare };
  return send(session, detail, draft, now.revision, true);
}

/** What was sent may have arrived when the answer to it got lost: then it is there already. */
function arrivedBefore(
  before: SessionDetail,
  now: SessionDetail,
  draft: Draft,
): ActivityResource | undefined {
  const known = new Set(before.activities.map(({ id }) => id));
  return now.activities.find(
    (each) =>
      (draft.isNew ? !known.has(each.id) : each.id === draft.key) &&
      fits(bodyOf(draft.written), writtenOf(each)),
  );
}

/** To the field, or to what holds it. */
function lead(form: HTMLFormElement | null, pointer: string): void {
  const fields = pathsOf(pointer).map((path) =>
    form?.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(path)}"]`),
  );
  fields.find((field) => field)?.focus();
}

/** All that is wrong, each leading to its field. */
function Wrongs({
  draft,
  trouble,
  form,
}: {
  draft: Draft;
  trouble: Trouble | null;
  form: HTMLFormElement | null;
}) {
  const t = useT();
  if (draft.errors.length === 0) {
    const why = trouble && (trouble.status === 0 ? t("saves_itself") : explain(t, trouble));
    return why && <Banner kind="bad">{why}</Banner>;
  }
  return (
    <Banner kind="bad">
      <p>{t("not_saved")}</p>
      <ul className="wrongs">
        {draft.errors.map(({ pointer, detail }) => (
          <li key={pointer}>
            <button type="button" className="link" onClick={() => lead(form, pointer)}>
              {placeOf(t, pointer)}
            </button>{" "}
            {inWords(t, detail)}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function Discard({
  draft,
  session,
  onClose,
}: {
  draft: Draft;
  session: SessionDetail;
  onClose: () => void;
}) {
  const t = useT();
  return (
    <Confirm
      title={t("discard_title")}
      action={t("discard")}
      onConfirm={() => dropDraft(session.id, draft.key)}
      onClose={onClose}
    >
      <p>{t("discard_text")}</p>
    </Confirm>
  );
}

/** Somebody else has changed it meanwhile: whose version stays is for people to say. */
function Conflict({ draft, session }: { draft: Draft; session: SessionDetail }) {
  const t = useT();
  const [asks, ask] = useState(false);
  if (draft.theirs === null) return null;
  const places = changed(draft.base, draft.theirs).map((pointer) => placeOf(t, pointer));
  return (
    <Banner kind="bad">
      <p>{t(draft.theirs === "deleted" ? "conflict_deleted" : "conflict_changed")}</p>
      {draft.theirs !== "deleted" && (
        <p>{t("conflict_places", { places: [...new Set(places)].join("; ") })}</p>
      )}
      <p className="acts">
        <Button size="small" onClick={() => putDraft(session.id, keepMine(draft))}>
          {t("keep_mine")}
        </Button>
        <Button size="small" onClick={() => ask(true)}>
          {t("take_theirs")}
        </Button>
      </p>
      {asks && <Discard draft={draft} session={session} onClose={() => ask(false)} />}
    </Banner>
  );
}
