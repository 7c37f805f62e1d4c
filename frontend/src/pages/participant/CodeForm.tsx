// Typing the code.

import { type FormEvent, useState } from "react";

import { Button } from "../../components/Button";
import { TextField } from "../../components/Field";
import type { JoinInvitation } from "../../api/schema";
import { useT } from "../../i18n/participant";
import { digits, isCode } from "./address";
import { invite } from "./joining";
import { Outside } from "./Outside";
import { wordsFor } from "./wording";

type Props = { onFound: (code: string, invitation: JoinInvitation) => void };

export function CodeForm({ onFound }: Props) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState("");
  const [isLooking, setLooking] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isLooking) return;
    const code = digits(typed);
    if (!isCode(code)) return setWrong(t("code_malformed"));
    setLooking(true);
    const asked = await invite(code);
    setLooking(false);
    if (asked.ok) onFound(code, asked.data);
    else setWrong(asked.problem.status === 404 ? t("code_unknown") : wordsFor(asked.problem, t));
  };
  return (
    <Outside>
      <h1>{t("join_title")}</h1>
      <p>{t("join_lead")}</p>
      <form className="stack" onSubmit={submit}>
        <TextField
          className="code"
          label={t("code_label")}
          hint={wrong === "" && t("code_hint")}
          wrong={wrong}
          inputMode="numeric"
          autoComplete="off"
          enterKeyHint="go"
          placeholder="000 000"
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setWrong("");
          }}
        />
        <Button type="submit" kind="primary">
          {t(isLooking ? "code_looking" : "code_go")}
        </Button>
      </form>
    </Outside>
  );
}
