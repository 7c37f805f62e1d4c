// What throws answers away asks once.

import { Confirm } from "../../components/Dialog";
import { useT } from "../../i18n/runner";
import type { Step } from "./steps";

export type Asking = { about: "reset" | "redo"; step: Step };

export function Ask({
  asking,
  onRun,
  onClose,
}: {
  asking: Asking;
  onRun: (step: Step) => void;
  onClose: () => void;
}) {
  const t = useT();
  const isReset = asking.about === "reset";
  return (
    <Confirm
      title={t(isReset ? "reset_title" : "redo_title")}
      action={t(isReset ? "do_reset" : "do_redo")}
      onConfirm={() => onRun(asking.step)}
      onClose={onClose}
    >
      <p>{t(isReset ? "reset_help" : "redo_help")}</p>
    </Confirm>
  );
}
