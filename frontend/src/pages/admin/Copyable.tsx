// A text to take along. Whether it was copied is said here: a dialog covers what is said elsewhere.

import { useRef, useState } from "react";

import { Button } from "../../components/Button";
import { CheckIcon, CopyIcon } from "../../components/icons";
import { useT } from "../../i18n/admin";

export function Copyable({ label, value }: { label: string; value: string }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [said, say] = useState<"copied" | "copy_by_hand" | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      say("copied");
    } catch {
      // On plain HTTP there is no clipboard: the text is selected, for the keyboard.
      input.current?.select();
      say("copy_by_hand");
    }
  };
  return (
    <div className="copyable">
      <input
        className="input"
        readOnly
        ref={input}
        aria-label={label}
        value={value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        size="small"
        aria-label={t("copy_it", { name: label })}
        onClick={() => void copy()}
        onBlur={() => say(null)}
      >
        {said === "copied" ? <CheckIcon /> : <CopyIcon />}
        {t("copy")}
      </Button>
      <p className="said" role="status">
        {said && t(said)}
      </p>
    </div>
  );
}
