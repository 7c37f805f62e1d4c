// A label, what it labels, a hint, and what is wrong with it.

import { type ComponentProps, type ReactNode, useId } from "react";

type Around = {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with the value; read out when it appears. */
  wrong?: ReactNode;
  className?: string;
};

type Control = { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean };

/** For any control: `<Field label="Size">{(control) => <select {...control} />}</Field>`. */
export function Field({
  label,
  hint,
  wrong,
  className = "",
  children,
}: Around & { children: (control: Control) => ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": Boolean(wrong) })}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <span className="wrong" id={`${id}-wrong`} role="alert">
        {wrong}
      </span>
    </div>
  );
}

/** What people type goes its own way: `dir="auto"`. */
export function TextField({
  label,
  hint,
  wrong,
  className,
  ...input
}: Around & ComponentProps<"input">) {
  const around = { label, hint, wrong, ...(className === undefined ? {} : { className }) };
  return (
    <Field {...around}>
      {(control) => <input dir="auto" {...input} {...control} className="input" />}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  wrong,
  className,
  ...input
}: Around & ComponentProps<"textarea">) {
  const around = { label, hint, wrong, ...(className === undefined ? {} : { className }) };
  return (
    <Field {...around}>
      {(control) => <textarea dir="auto" {...input} {...control} className="input" />}
    </Field>
  );
}
