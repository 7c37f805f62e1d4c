// The token is exchanged for a cookie that scripts can't read; the page forgets it at once.

import { type FormEvent, useState } from "react";

import { Button } from "../../components/Button";
import { TextField } from "../../components/Field";
import { useT } from "../../i18n/admin";
import { explain } from "./problems";
import type { Trouble } from "./server";
import { signIn } from "./who";

type Refused = Trouble & { retryAfterMs: number };

function whyNot(t: ReturnType<typeof useT>, trouble: Refused): string {
  if (trouble.status === 401 || trouble.status === 422) return t("token_wrong");
  if (trouble.code !== "rate_limited") return explain(t, trouble);
  return t("token_wait", { count: Math.ceil(trouble.retryAfterMs / 1000) });
}

export function SignIn() {
  const t = useT();
  const [refused, refuse] = useState<Refused | "missing" | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("token") as HTMLInputElement;
    const token = field.value.trim();
    if (isBusy) return;
    if (token === "") {
      refuse("missing");
      return field.focus();
    }
    setBusy(true);
    const trouble = await signIn(token);
    setBusy(false);
    if (trouble === null) return;
    refuse(trouble);
    // What is typed stays: it may miss a character, or the server did not even look at it.
    field.select();
  };
  return (
    <form noValidate className="stack" onSubmit={(event) => void submit(event)}>
      <TextField
        label={t("token")}
        hint={t("token_hint")}
        wrong={refused && (refused === "missing" ? t("token_missing") : whyNot(t, refused))}
        name="token"
        type="password"
        autoComplete="current-password"
        autoFocus
      />
      <Button kind="primary" type="submit" isDisabled={isBusy}>
        {t("sign_in")}
      </Button>
    </form>
  );
}
