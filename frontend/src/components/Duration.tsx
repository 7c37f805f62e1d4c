// After how long an activity ends by itself; any type may.

import { useT } from "../i18n/admin";
import { NumberField } from "./NumberField";

export function Duration({
  value,
  wrong,
  onChange,
}: {
  value: number | null | undefined;
  wrong: string | undefined;
  onChange: (value: number | null) => void;
}) {
  const t = useT();
  return (
    <NumberField
      label={t("duration")}
      hint={t("duration_hint")}
      wrong={wrong}
      pointer="/config/duration_s"
      min={1}
      max={86_400}
      value={value ?? null}
      onChange={onChange}
    />
  );
}
