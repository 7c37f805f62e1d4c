// Who is there, of any number: their state, another name or part, and the way out.

import {
  type FormEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";

import type { Frame } from "../../../api/frame";
import type { LiveSession } from "../../../api/live";
import type { ParticipantResource } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Check } from "../../../components/Check";
import { Dialog } from "../../../components/Dialog";
import { Field, TextField } from "../../../components/Field";
import { EditIcon, TrashIcon } from "../../../components/icons";
import { Banner } from "../../../components/Sign";
import { toast } from "../../../components/Toast";
import { VirtualList } from "../../../components/VirtualList";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { explain, wrongAt } from "../problems";
import { api, call, type Trouble } from "../server";
import { editPerson } from "./editPerson";
import { createPeople, PAGE, type People } from "./people";

const ROW_PX = 56;

/** How often what is seen of the list is loaded again. */
const EVERY_MS = 5_000;

/** A search waits for a pause in typing. */
const TYPING_MS = 250;

export function Participants({ live, frame }: { live: LiveSession; frame: Frame }) {
  const t = useT();
  const [q, setQ] = useState("");
  const total = frame.participants.total;
  const online = frame.participants.online ?? 0;
  return (
    <section className="box panel people" aria-labelledby="people">
      <h2 id="people">{t("panel_people")}</h2>
      <p>
        {t("people_n", { count: total })}, {t("online_n", { count: online })}
      </p>
      <Search onSearch={setQ} />
      <List key={q} live={live} q={q} total={total} />
    </section>
  );
}

function Search({ onSearch }: { onSearch: (q: string) => void }) {
  const t = useT();
  const timer = useRef(0);
  return (
    <Field label={t("search_people")}>
      {(control) => (
        <input
          {...control}
          className="input"
          type="search"
          dir="auto"
          onChange={(event) => {
            const q = event.currentTarget.value.trim();
            clearTimeout(timer.current);
            timer.current = window.setTimeout(() => onSearch(q), TYPING_MS);
          }}
        />
      )}
    </Field>
  );
}

type Doing = { person: ParticipantResource; what: "edit" | "remove" } | null;

function List({ live, q, total }: { live: LiveSession; q: string; total: number }) {
  const t = useT();
  const people = useMemo(
    () =>
      createPeople((cursor) =>
        call(
          api.GET("/api/v1/sessions/{id}/participants", {
            params: {
              path: { id: live.id },
              query: { limit: PAGE, ...(q ? { q } : {}), ...(cursor === null ? {} : { cursor }) },
            },
          }),
        ),
      ),
    [live, q],
  );
  const { items, isWhole, trouble } = useSyncExternalStore(people.subscribe, people.get);
  const [doing, setDoing] = useState<Doing>(null);
  const rows = useRef({ first: 0, last: 0 });
  const look = useCallback(
    (first: number, last: number) => {
      rows.current = { first, last };
      people.need(last);
    },
    [people],
  );
  useEffect(() => {
    people.need(0);
    const id = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      void people.refresh(rows.current.first, rows.current.last);
    }, EVERY_MS);
    return () => clearInterval(id);
  }, [people]);
  useEffect(() => {
    void people.refresh(rows.current.first, rows.current.last);
  }, [people, total]);
  // A search does not say how many there are; one more row than is known loads on.
  const more = isWhole ? 0 : q === "" ? Math.max(1, total - items.length) : 1;
  const count = items.length + more;
  return (
    <>
      {trouble && <Banner kind="bad">{explain(t, trouble)}</Banner>}
      {count === 0 ? (
        <p className="soft">{t(q === "" ? "nobody_here" : "nobody_found")}</p>
      ) : (
        <VirtualList label={t("people_list")} count={count} rowHeight={ROW_PX} onWindow={look}>
          {(index) => <Person person={items[index]} onDo={setDoing} />}
        </VirtualList>
      )}
      {doing?.what === "edit" && (
        <Edit live={live} people={people} person={doing.person} onClose={() => setDoing(null)} />
      )}
      {doing?.what === "remove" && (
        <Remove live={live} people={people} person={doing.person} onClose={() => setDoing(null)} />
      )}
    </>
  );
}

function Person({
  person,
  onDo,
}: {
  person: ParticipantResource | undefined;
  onDo: (doing: Doing) => void;
}) {
  const t = useT();
  if (person === undefined) return <div className="person soft">…</div>;
  const { nickname, status, spectator } = person;
  return (
    <div className="person">
      <span className={`dot ${status}`} aria-hidden="true" />
      <span className="name">
        <bdi>{nickname}</bdi>
        <span className="soft">
          {t(`presence_${status}`)}
          {spectator && (
            <>
              {", "}
              {t("spectator")}
            </>
          )}
        </span>
      </span>
      <Button
        kind="quiet"
        size="small"
        aria-label={t("edit_it", { name: nickname })}
        onClick={() => onDo({ person, what: "edit" })}
      >
        <EditIcon />
      </Button>
      <Button
        kind="quiet"
        size="small"
        aria-label={t("remove_it", { name: nickname })}
        onClick={() => onDo({ person, what: "remove" })}
      >
        <TrashIcon />
      </Button>
    </div>
  );
}

type ActProps = {
  live: LiveSession;
  people: People;
  person: ParticipantResource;
  onClose: () => void;
};

function Edit({ live, people, person, onClose }: ActProps) {
  const t = useT();
  const [nickname, setNickname] = useState(person.nickname);
  const [spectator, setSpectator] = useState(person.spectator);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const isRenamed = nickname !== person.nickname;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    // Only what was changed: a name that is not shown would be replaced by what stands for it.
    const asked = await editPerson(live.id, person.participant_id, {
      ...(isRenamed ? { nickname } : {}),
      ...(spectator === person.spectator ? {} : { spectator }),
    });
    if (!asked.ok) return setTrouble(asked.problem);
    people.edited(asked.data);
    toast(t("saved"));
    live.wake();
    onClose();
  };
  const wrong = trouble && (wrongAt(t, trouble.errors, "/nickname") ?? explain(t, trouble));
  return (
    <Dialog title={t("edit_person")} onClose={onClose}>
      <form noValidate className="stack" onSubmit={(event) => void save(event)}>
        <TextField
          label={t("nickname")}
          wrong={isRenamed && wrong}
          value={nickname}
          onChange={(event) => setNickname(event.currentTarget.value)}
          autoFocus
        />
        <Check
          label={t("only_watches")}
          hint={t("only_watches_hint")}
          wrong={!isRenamed && wrong}
          isOn={spectator}
          onChange={setSpectator}
        />
        <Button kind="primary" type="submit">
          {t("save")}
        </Button>
      </form>
    </Dialog>
  );
}

function Remove({ live, people, person, onClose }: ActProps) {
  const t = useT();
  const [erase, setErase] = useState(false);
  const [ban, setBan] = useState(false);
  const path = { id: live.id, pid: person.participant_id };
  const remove = async () => {
    onClose();
    const query = { ...(erase ? { erase } : {}), ...(ban ? { ban } : {}) };
    const asked = await call(
      api.DELETE("/api/v1/sessions/{id}/participants/{pid}", { params: { path, query } }),
    );
    if (!asked.ok) return complain(t, asked.problem);
    people.removed(person.participant_id);
    toast(t(erase ? "removed_erased" : "removed"));
  };
  return (
    <Dialog title={t("remove_person_title")} onClose={onClose}>
      <div className="stack">
        <p>
          <bdi>{t("remove_person_text", { name: person.nickname })}</bdi>
        </p>
        <Check label={t("erase")} hint={t("erase_hint")} isOn={erase} onChange={setErase} />
        <Check label={t("ban")} hint={t("ban_hint")} isOn={ban} onChange={setBan} />
        <footer className="acts end">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="danger" onClick={() => void remove()}>
            {t(erase ? "remove_and_erase" : "remove")}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
