// A choice of one, on the browser's own list.

import type { ReactNode } from "react";

import { Field } from "./Field";

export function Select<Value extends string>({
  label,
  hint,
  wrong,
  value,
  options,
  onChange,
  pointer,
  isDisabled = false,
  className,
}: {
  label: ReactNode;
  hint?: ReactNode;
  wrong?: ReactNode;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
  /** The JSON pointer of what it edits, so that the server's word can lead to it. */
  pointer?: string;
  isDisabled?: boolean;
  className?: string;
}) {
  return (
    <Field label={label} hint={hint} wrong={wrong} {...(className ? { className } : {})}>
      {(control) => (
        <select
          {...control}
          className="input"
          data-pointer={pointer}
          disabled={isDisabled}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as Value)}
        >
          {options.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
