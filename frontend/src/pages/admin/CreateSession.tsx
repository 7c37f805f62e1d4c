// A new session needs a name; all else is set where it is prepared.

import { type FormEvent, useRef, useState } from "react";

import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/Field";
import { useT } from "../../i18n/admin";
import { explain, wrongAt } from "./problems";
import { go, toSession } from "./route";
import { createOnce, type Lost } from "./createOnce";
import type { Trouble } from "./server";

export function CreateSession({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isBusy, setBusy] = useState(false);
  const lost = useRef<Lost | null>(null);
  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const asked = await createOnce(name.trim(), lost);
    setBusy(false);
    if (asked.ok) go(toSession(asked.data.id, "edit"));
    else setTrouble(asked.problem);
  };
  return (
    <Dialog title={t("new_session")} onClose={onClose}>
      <form noValidate className="stack" onSubmit={(event) => void create(event)}>
        <TextField
          label={t("session_name")}
          hint={t("session_name_hint")}
          wrong={trouble && (wrongAt(t, trouble.errors, "/name") ?? explain(t, trouble))}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
        />
        <Button kind="primary" type="submit" isDisabled={isBusy}>
          {t("create")}
        </Button>
      </form>
    </Dialog>
  );
}
