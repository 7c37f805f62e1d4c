// What the big screen shows, and the message that everybody sees.

import { type FormEvent, useState } from "react";

import type { Frame } from "../../../api/frame";
import type { LiveSession } from "../../../api/live";
import type { QrSize, Screen } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Check } from "../../../components/Check";
import { TextArea } from "../../../components/Field";
import { Select } from "../../../components/Select";
import { toast } from "../../../components/Toast";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { explain, wrongAt } from "../problems";
import { api, call, type Trouble } from "../server";
import { useKept } from "../useKept";

const SIZES: readonly QrSize[] = ["corner", "full", "off"];
const LONGEST = 280;

export function ScreenPanel({ live, frame }: { live: LiveSession; frame: Frame }) {
  const t = useT();
  const isOver = frame.session.status === "completed";
  if (isOver) return <p className="box empty">{t("problem_session_completed")}</p>;
  return (
    <div className="stack">
      {frame.screen && <ScreenFields live={live} screen={frame.screen} />}
      <Announcement live={live} shown={frame.announcement ?? ""} />
    </div>
  );
}

function ScreenFields({ live, screen }: { live: LiveSession; screen: Screen }) {
  const t = useT();
  const set = async (change: Partial<Screen>) => {
    const asked = await call(
      api.PUT("/api/v1/sessions/{id}/screen", {
        params: { path: { id: live.id } },
        body: { ...screen, ...change },
      }),
    );
    if (!asked.ok) complain(t, asked.problem);
    live.wake();
  };
  return (
    <section className="box panel stack" aria-labelledby="screen">
      <h2 id="screen">{t("big_screen")}</h2>
      <Select
        label={t("qr")}
        value={screen.qr}
        options={SIZES.map((each) => [each, t(`qr_${each}`)] as const)}
        onChange={(qr) => void set({ qr })}
      />
      <Check
        label={t("screen_results")}
        isOn={screen.results}
        onChange={(results) => void set({ results })}
      />
      <Check
        label={t("screen_leaderboard")}
        isOn={screen.leaderboard}
        onChange={(leaderboard) => void set({ leaderboard })}
      />
    </section>
  );
}

function Announcement({ live, shown }: { live: LiveSession; shown: string }) {
  const t = useT();
  const [written, write] = useKept<string | null>(`announcement ${live.id}`, null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const text = written ?? shown;
  const put = async (next: string) => {
    const asked = await call(
      api.PUT("/api/v1/sessions/{id}/announcement", {
        params: { path: { id: live.id } },
        body: { text: next },
      }),
    );
    setTrouble(asked.ok ? null : asked.problem);
    if (!asked.ok) return;
    write(null);
    toast(t(next === "" ? "announcement_gone" : "announcement_shown"));
    live.wake();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void put(text.trim());
  };
  return (
    <form noValidate className="box panel stack" onSubmit={submit}>
      <h2>{t("announcement")}</h2>
      <TextArea
        label={t("announcement_label")}
        hint={t("announcement_hint")}
        wrong={trouble && (wrongAt(t, trouble.errors, "/text") ?? explain(t, trouble))}
        rows={3}
        maxLength={LONGEST}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <div className="acts">
        <Button type="submit" isDisabled={text.trim() === shown}>
          {t("announcement_show")}
        </Button>
        {shown !== "" && <Button onClick={() => void put("")}>{t("announcement_hide")}</Button>}
      </div>
    </form>
  );
}
