// A box that presses in.

import type { ComponentProps, MouseEvent } from "react";

type Props = Omit<ComponentProps<"button">, "disabled"> & {
  kind?: "plain" | "primary" | "danger" | "quiet";
  size?: "normal" | "small";
  /** Stays in the order of focus and says why it does nothing, unlike `disabled`. */
  isDisabled?: boolean;
};

export function Button({
  kind = "plain",
  size = "normal",
  isDisabled = false,
  className = "",
  type = "button",
  onClick,
  ...rest
}: Props) {
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (isDisabled) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      className={`button ${kind} ${size} ${className}`}
      aria-disabled={isDisabled || undefined}
      onClick={click}
    />
  );
}
