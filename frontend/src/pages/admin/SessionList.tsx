// All sessions: their state and numbers, a search, and what can be done with each.

import { useEffect, useRef, useState } from "react";

import type { SessionResource, SessionStatus } from "../../api/schema";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { Field } from "../../components/Field";
import { CopyIcon, PlusIcon, TrashIcon } from "../../components/icons";
import { Select } from "../../components/Select";
import { Banner } from "../../components/Sign";
import { toast } from "../../components/Toast";
import { useT } from "../../i18n/admin";
import { formatCode, formatDateTime } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { CreateSession } from "./CreateSession";
import { complain } from "./complain";
import { Heading } from "./Heading";
import { explain } from "./problems";
import { go, goQuietly, type Section, toList, toSession } from "./route";
import { More } from "./More";
import { api, call, ifMatch, type Trouble } from "./server";
import { StatusChip } from "./StatusChip";
import { dropDrafts } from "./drafts";
import { type Asked, useRows } from "./useRows";

const PAGE = 25;

/** People come and go while one looks. */
const EVERY_MS = 10_000;

const LONGEST_NAME = 200;

/** A search waits for a pause in typing. */
const TYPING_MS = 300;

type Props = { q: string; status: SessionStatus | null };

export function SessionList({ q, status }: Props) {
  const t = useT();
  const [creates, create] = useState(false);
  const isFiltered = q !== "" || status !== null;
  const rows = useRows(`${q} ${status}`, PAGE, EVERY_MS, (asked) => page(q, status, asked));
  const sessions = rows.data?.items ?? [];
  const refresh = () => void rows.reload();
  const isEmpty = rows.data !== null && sessions.length === 0;
  return (
    <main className="wide">
      <div className="heading">
        <Heading place="list" title={[t("page_title")]}>
          {t("page_title")}
        </Heading>
        <Button kind="primary" onClick={() => create(true)}>
          <PlusIcon />
          {t("new_session")}
        </Button>
      </div>
      {(isFiltered || !isEmpty) && <Filters q={q} status={status} />}
      {rows.trouble && (
        <Banner kind="bad">
          {explain(t, rows.trouble)}{" "}
          <Button size="small" onClick={refresh}>
            {t("try_again")}
          </Button>
        </Banner>
      )}
      {rows.isLoading && <p role="status">{t("loading")}</p>}
      {isEmpty && (
        <div className="box empty">
          <h2>{t(isFiltered ? "nothing_found" : "no_sessions")}</h2>
          <p>{t(isFiltered ? "nothing_found_text" : "no_sessions_text")}</p>
          {isFiltered && <Button onClick={() => go(toList())}>{t("show_all")}</Button>}
        </div>
      )}
      <ul className="sessions" aria-label={t("page_title")}>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} onChanged={refresh} />
        ))}
      </ul>
      <More rows={rows} />
      {creates && <CreateSession onClose={() => create(false)} />}
    </main>
  );
}

function page(q: string, status: SessionStatus | null, asked: Asked) {
  const query = {
    ...asked,
    ...(q === "" ? {} : { q }),
    ...(status === null ? {} : { status }),
  };
  return call(api.GET("/api/v1/sessions", { params: { query } }));
}

function Filters({ q, status }: Props) {
  const t = useT();
  const [typed, type] = useState(q);
  const told = useRef(q);
  useEffect(() => {
    // The address changed by itself: by going back, or by "show all".
    if (q !== told.current) {
      told.current = q;
      type(q);
      return;
    }
    if (typed.trim() === q) return;
    const id = setTimeout(() => {
      told.current = typed.trim();
      goQuietly(toList(typed.trim(), status));
    }, TYPING_MS);
    return () => clearTimeout(id);
  }, [typed, q, status]);
  return (
    <search className="filters">
      <Field label={t("search")}>
        {(control) => (
          <input
            {...control}
            className="input"
            type="search"
            dir="auto"
            placeholder={t("search_hint")}
            value={typed}
            onChange={(event) => type(event.currentTarget.value)}
          />
        )}
      </Field>
      <Select
        label={t("state")}
        value={status ?? "all"}
        options={[
          ["all", t("all")],
          ["draft", t("status_draft")],
          ["active", t("status_active")],
          ["completed", t("status_completed")],
        ]}
        onChange={(next) => go(toList(q, next === "all" ? null : next))}
      />
    </search>
  );
}

const SECTION_OF: Record<SessionStatus, Section> = {
  draft: "edit",
  active: "control",
  completed: "report",
};

function SessionRow({ session, onChanged }: { session: SessionResource; onChanged: () => void }) {
  const t = useT();
  const language = useLanguage();
  const [asks, ask] = useState(false);
  const { id, name, status, code, participant_count, activity_count, created_at } = session;
  const path = { path: { id } };
  const told = (trouble: Trouble | null, done: string) => {
    if (trouble) return complain(t, trouble);
    toast(done);
    onChanged();
  };
  const duplicate = async () => {
    const asked = await call(api.POST("/api/v1/sessions/{id}/duplicate", { params: path }));
    if (!asked.ok) return complain(t, asked.problem);
    // Two of the same name can't be told apart.
    const copy = t("copy_of", { title: name }).slice(0, LONGEST_NAME);
    const params = { path: { id: asked.data.id }, header: ifMatch(asked.data.revision) };
    const named = await call(api.PATCH("/api/v1/sessions/{id}", { params, body: { name: copy } }));
    if (named.ok) toast(t("duplicated_as", { name: copy }));
    else toast(t("duplicated_unnamed", { name }), "bad");
    onChanged();
  };
  const remove = async () => {
    const asked = await call(api.DELETE("/api/v1/sessions/{id}", { params: path }));
    if (asked.ok) dropDrafts(id);
    told(asked.ok ? null : asked.problem, t("deleted"));
  };
  return (
    <li className="box session-row">
      <div className="what">
        <h2>
          <a className="name" href={toSession(id, SECTION_OF[status])}>
            <bdi>{name}</bdi>
          </a>
        </h2>
        <p className="notes soft">
          <StatusChip status={status} />
          <span>{formatDateTime(created_at, language)}</span>
          <span>{t("activities_n", { count: activity_count })}</span>
          <span>{t("people_n", { count: participant_count })}</span>
          {status !== "completed" && (
            <span>
              {t("code")} <span className="num">{formatCode(code)}</span>
            </span>
          )}
        </p>
      </div>
      <div className="acts">
        <Button
          size="small"
          aria-label={t("duplicate_it", { name })}
          onClick={() => void duplicate()}
        >
          <CopyIcon />
          {t("duplicate")}
        </Button>
        <Button
          size="small"
          kind="danger"
          aria-label={t("delete_it", { name })}
          onClick={() => ask(true)}
        >
          <TrashIcon />
          {t("delete")}
        </Button>
      </div>
      {asks && (
        <Confirm
          title={t("delete_session_title")}
          action={t("delete")}
          onConfirm={() => void remove()}
          onClose={() => ask(false)}
        >
          <p>
            <bdi>{t("delete_session_text", { name })}</bdi>
          </p>
        </Confirm>
      )}
    </li>
  );
}
