// One's own name, whether one only watches, the language, and the way out.

import { type FormEvent, useState } from "react";

import { type Api, ask } from "../../api/client";
import type { MeResource } from "../../api/schema";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/Field";
import { LanguageSwitch } from "../../components/LanguageSwitch";
import { oneLine } from "../../components/line";
import { useT } from "../../i18n/participant/room";

type Props = {
  api: Api;
  session: string;
  me: MeResource | null;
  name: string;
  onChanged: () => void;
  onLeft: () => void;
  onClose: () => void;
};

export function You({ api, session, me, name, onChanged, onLeft, onClose }: Props) {
  const t = useT();
  const [typed, setTyped] = useState(name);
  const [said, setSaid] = useState<{ wrong?: string; done?: string }>({});
  // What was ticked, before the server has said so.
  const [isWatching, setWatching] = useState<boolean | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const params = { path: { id: session } };

  const change = async (body: { nickname?: string; spectator?: boolean }) => {
    const asked = await ask(api.PATCH("/api/v1/sessions/{id}/me", { params, body }));
    if (asked.ok) {
      setSaid({ done: t("you_saved") });
      onChanged();
      return;
    }
    setWatching(null);
    const { code, status } = asked.problem;
    const wrong =
      code === "nickname_taken" ? "you_taken" : status === 422 ? "you_invalid" : "you_failed";
    setSaid({ wrong: t(wrong) });
  };
  const leave = async () => {
    const asked = await ask(api.DELETE("/api/v1/sessions/{id}/me", { params }));
    // Who is out already has left as well; and a session that is over lets everybody go.
    if (asked.ok || [401, 404, 409, 410].includes(asked.problem.status)) onLeft();
    else setSaid({ wrong: t("you_failed") });
  };
  return (
    <Dialog title={t("you_title")} onClose={onClose}>
      <div className="you">
        <form
          className="stack"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            const nickname = oneLine(typed);
            if (nickname !== "" && nickname !== name) void change({ nickname });
          }}
        >
          <TextField
            label={t("you_name")}
            hint={said.done ?? (me?.shown_as && t("you_shown_as", { name: me.shown_as }))}
            wrong={said.wrong}
            autoComplete="nickname"
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setSaid({});
            }}
          />
          <Button type="submit" isDisabled={oneLine(typed) === "" || oneLine(typed) === name}>
            {t("you_save")}
          </Button>
        </form>
        <label className="watch">
          <input
            type="checkbox"
            checked={isWatching ?? me?.spectator ?? false}
            onInput={(event) => {
              setWatching(event.currentTarget.checked);
              void change({ spectator: event.currentTarget.checked });
            }}
          />
          <span>
            {t("you_watch")}
            <span className="about">{t("you_watch_hint")}</span>
          </span>
        </label>
        <LanguageSwitch />
        {isLeaving ? (
          <div className="stack">
            <p>{t("leave_sure")}</p>
            <Button kind="danger" onClick={leave}>
              {t("leave_really")}
            </Button>
            <Button onClick={() => setLeaving(false)}>{t("stay")}</Button>
          </div>
        ) : (
          <Button kind="danger" onClick={() => setLeaving(true)}>
            {t("leave")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
