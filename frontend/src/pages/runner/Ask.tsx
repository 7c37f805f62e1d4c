// What throws answers away, or ends what is going on, asks once.

import { Confirm } from "../../components/Dialog";
import { useT } from "../../i18n/runner";
import type { Step } from "./steps";

export type Asking =
  | { about: "reset" | "redo"; step: Step }
  | { about: "back"; step: Step; to: string; from: string };

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
  const around = { onConfirm: () => onRun(asking.step), onClose };
  switch (asking.about) {
    case "reset":
    case "redo":
      return (
        <Confirm {...around} title={t(`${asking.about}_title`)} action={t(`do_${asking.about}`)}>
          <p>{t(`${asking.about}_help`)}</p>
        </Confirm>
      );
    case "back":
      return (
        <Confirm
          {...around}
          title={t("back_title", { title: asking.to })}
          action={t("do_previous_activity", { title: asking.to })}
        >
          <p>{t("back_help", { title: asking.from })}</p>
        </Confirm>
      );
  }
}
