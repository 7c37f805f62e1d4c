// A number, or nothing. What is typed stays as it was typed for as long as somebody types; only what
// it means goes up.

import { type ReactNode, useState } from "react";

import { Field } from "./Field";

/** What a text means as a number; null: none. */
export function numberIn(text: string): number | null {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed === "" || !Number.isFinite(value) ? null : value;
}

export function NumberField({
  label,
  hint,
  wrong,
  value,
  onChange,
  pointer,
  min,
  max,
  step = 1,
  placeholder,
  isDisabled = false,
  className,
}: {
  label: ReactNode;
  hint?: ReactNode;
  wrong?: ReactNode;
  value: number | null;
  onChange: (value: number | null) => void;
  pointer?: string;
  min?: number;
  max?: number;
  step?: number | "any";
  placeholder?: string;
  isDisabled?: boolean;
  className?: string;
}) {
  const [typed, type] = useState(value === null ? "" : String(value));
  // Whoever empties the field to type another number must find it empty, whatever that means.
  const [isTyping, setTyping] = useState(false);
  const isSame = isTyping || numberIn(typed) === value;
  const text = isSame ? typed : value === null ? "" : String(value);
  return (
    <Field label={label} hint={hint} wrong={wrong} {...(className ? { className } : {})}>
      {(control) => (
        <input
          {...control}
          type="number"
          className="input"
          data-pointer={pointer}
          min={min}
          max={max}
          step={step}
          placeholder={placeholder}
          disabled={isDisabled}
          value={text}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setTyping(true);
            type(next);
            onChange(numberIn(next));
          }}
          onBlur={() => setTyping(false)}
        />
      )}
    </Field>
  );
}
