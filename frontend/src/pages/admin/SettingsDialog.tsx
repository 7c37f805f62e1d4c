// A session's name, description and settings.

import { type FormEvent, useState } from "react";

import type { Profanity, SessionDetail } from "../../api/schema";
import { Button } from "../../components/Button";
import { Check } from "../../components/Check";
import { Confirm, Dialog } from "../../components/Dialog";
import { TextArea, TextField } from "../../components/Field";
import { NumberField } from "../../components/NumberField";
import { Select } from "../../components/Select";
import { Banner } from "../../components/Sign";
import { toast } from "../../components/Toast";
import { useT } from "../../i18n/admin";
import { LANGUAGES } from "../../i18n/language";
import { isSame } from "./drafts";
import { merged } from "./merge";
import { explain, wrongAt } from "./problems";
import { api, call, ifMatch, type Trouble } from "./server";
import type { Loaded } from "./useLoaded";

const PROFANITY: readonly Profanity[] = ["mask", "review", "reject", "off"];

type Written = Pick<SessionDetail, "name" | "description" | "settings">;

type Flat = Omit<Written, "settings"> & Written["settings"];

const LABELS = {
  name: "session_name",
  description: "description",
  max_participants: "max_participants",
  late_join: "late_join",
  show_names: "show_names",
  profanity: "profanity",
  locale: "locale",
} as const satisfies Record<keyof Flat, string>;

function flat({ settings, ...rest }: Written): Flat {
  return { ...rest, ...settings };
}

function nested({ name, description, ...settings }: Flat): Written {
  return { name, description, settings };
}

function writtenOf({ name, description, settings }: SessionDetail): Written {
  return { name, description, settings };
}

export function SettingsDialog({
  detail,
  session,
  onClose,
}: {
  detail: Loaded<SessionDetail>;
  session: SessionDetail;
  onClose: () => void;
}) {
  const t = useT();
  const [base, setBase] = useState(() => writtenOf(session));
  const [revision, setRevision] = useState(session.revision);
  const [written, write] = useState(base);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [both, setBoth] = useState<readonly string[]>([]);
  const [asks, ask] = useState(false);
  const isOver = session.status === "completed";
  const { settings } = written;
  const set = (change: Partial<Written["settings"]>) =>
    write({ ...written, settings: { ...settings, ...change } });
  const wrong = (pointer: string) => wrongAt(t, trouble?.errors, pointer);

  const save = async (mine: Written, at: number): Promise<void> => {
    const asked = await call(
      api.PATCH("/api/v1/sessions/{id}", {
        params: { path: { id: session.id }, header: ifMatch(at) },
        body: { ...mine, name: mine.name.trim() },
      }),
    );
    if (asked.ok) {
      detail.set({ ...session, ...asked.data });
      toast(t("saved"));
      return onClose();
    }
    setTrouble(asked.problem);
    if (asked.problem.code !== "stale_revision") return setBoth([]);
    const now = await detail.reload();
    if (now === null) return;
    const all = merged(flat(base), flat(mine), flat(writtenOf(now)));
    setRevision(now.revision);
    setBase(writtenOf(now));
    write(nested(all.merged));
    setBoth(all.both.map((key) => t(LABELS[key])));
    // Where each has changed something else there is nothing to ask.
    if (all.both.length === 0) return save(nested(all.merged), now.revision);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(written, revision);
  };
  const close = () => (isSame(written, base) ? onClose() : ask(true));

  return (
    <Dialog title={t("settings")} onClose={close}>
      <form noValidate className="stack" onSubmit={submit}>
        {isOver && <Banner>{t("problem_session_completed")}</Banner>}
        <fieldset className="editor" disabled={isOver}>
          <legend className="unseen">{t("settings")}</legend>
          <TextField
            label={t("session_name")}
            wrong={wrong("/name")}
            maxLength={200}
            value={written.name}
            onChange={(event) => write({ ...written, name: event.currentTarget.value })}
          />
          <TextArea
            label={t("description")}
            wrong={wrong("/description")}
            maxLength={2000}
            rows={2}
            value={written.description ?? ""}
            onChange={(event) =>
              write({ ...written, description: event.currentTarget.value || null })
            }
          />
          <NumberField
            label={t("max_participants")}
            wrong={wrong("/settings/max_participants")}
            min={1}
            max={200_000}
            value={settings.max_participants}
            onChange={(value) => set({ max_participants: value ?? 0 })}
          />
          <Check
            label={t("late_join")}
            hint={t("late_join_hint")}
            isOn={settings.late_join}
            onChange={(late_join) => set({ late_join })}
          />
          <Check
            label={t("show_names")}
            hint={t("show_names_hint")}
            isOn={settings.show_names}
            onChange={(show_names) => set({ show_names })}
          />
          <Select
            label={t("profanity")}
            wrong={wrong("/settings/profanity")}
            value={settings.profanity}
            options={PROFANITY.map((each) => [each, t(`profanity_${each}`)] as const)}
            onChange={(profanity) => set({ profanity })}
          />
          <LocaleField
            locale={settings.locale}
            wrong={wrong("/settings/locale")}
            onChange={(locale) => set({ locale })}
          />
        </fieldset>
        <footer className="stack ending">
          {both.length > 0 ? (
            <Banner kind="bad">{t("conflict_settings", { fields: both.join(", ") })}</Banner>
          ) : (
            trouble && !trouble.errors?.length && <Banner kind="bad">{explain(t, trouble)}</Banner>
          )}
          {!isOver && (
            <Button kind="primary" type="submit">
              {t("save")}
            </Button>
          )}
        </footer>
      </form>
      {asks && (
        <Confirm
          title={t("unsaved_title")}
          action={t("discard")}
          onConfirm={onClose}
          onClose={() => ask(false)}
        >
          {t("unsaved_text")}
        </Confirm>
      )}
    </Dialog>
  );
}

function LocaleField({
  locale,
  wrong,
  onChange,
}: {
  locale: string | null;
  wrong: string | undefined;
  onChange: (locale: string | null) => void;
}) {
  const t = useT();
  const known = Object.entries(LANGUAGES);
  const other = locale !== null && !(locale in LANGUAGES) ? [[locale, locale] as const] : [];
  return (
    <Select
      label={t("locale")}
      hint={t("locale_hint")}
      wrong={wrong}
      value={locale ?? ""}
      options={[["", t("locale_browser")], ...known, ...other]}
      onChange={(next) => onChange(next || null)}
    />
  );
}
