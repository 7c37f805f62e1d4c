// When participants see the results of a poll or a word cloud.

import type { ResultsPolicy as Policy } from "../api/schema";
import { useT } from "../i18n/admin";
import { Select } from "./Select";

const POLICIES = ["on_reveal", "after_answer", "always", "never"] as const;

export function ResultsPolicy({
  value,
  onChange,
  wrong,
}: {
  value: Policy | undefined;
  onChange: (value: Policy) => void;
  wrong: string | undefined;
}) {
  const t = useT();
  return (
    <Select
      label={t("results_policy")}
      wrong={wrong}
      pointer="/config/results"
      value={value ?? "on_reveal"}
      options={POLICIES.map((each) => [each, t(`results_${each}`)] as const)}
      onChange={onChange}
    />
  );
}
