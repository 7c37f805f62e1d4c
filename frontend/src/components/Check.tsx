// Yes or no.

import { type ReactNode, useId } from "react";

import "./check.css";

export function Check({
  label,
  hint,
  wrong,
  isOn,
  onChange,
  pointer,
  isDisabled = false,
}: {
  label: ReactNode;
  hint?: ReactNode;
  wrong?: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  pointer?: string | undefined;
  isDisabled?: boolean;
}) {
  const id = useId();
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div className="check">
      <label htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          data-pointer={pointer}
          aria-describedby={described || undefined}
          checked={isOn}
          disabled={isDisabled}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span className="wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </span>
      )}
    </div>
  );
}
