// The token is exchanged for a cookie that scripts can't read; the page forgets it at once.

import { type FormEvent, useState } from "react";

import { Button } from "../../components/Button";
import { TextField } from "../../components/Field";
import { useT } from "../../i18n/admin";
import { explain } from "./problems";
import { signIn } from "./who";

export function SignIn() {
  const t = useT();
  const [wrong, say] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("token") as HTMLInputElement;
    const token = field.value.trim();
    if (isBusy) return;
    if (token === "") {
      say(t("token_missing"));
      return field.focus();
    }
    setBusy(true);
    const trouble = await signIn(token);
    setBusy(false);
    if (trouble === null) return;
    const isRefused = trouble.status === 401 || trouble.status === 422;
    say(isRefused ? t("token_wrong") : explain(t, trouble));
    field.value = "";
    field.focus();
  };
  return (
    <form noValidate className="stack" onSubmit={(event) => void submit(event)}>
      <TextField
        label={t("token")}
        hint={t("token_hint")}
        wrong={wrong}
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
