// A dialog on the browser's own: it keeps the focus inside, closes on Escape, gives focus back.

import "./dialog.css";

import { type ReactNode, useEffect, useId, useRef } from "react";

import { useT } from "../i18n/shared";
import { Button } from "./Button";
import { CrossIcon } from "./icons";

export function Dialog({
  title,
  children,
  onClose,
}: {
  title: ReactNode;
  children: ReactNode;
  onClose: () => void;
}) {
  const t = useT();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opened = element.current;
    const before = document.activeElement;
    opened?.showModal();
    return () => {
      opened?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog box"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" size="small" aria-label={t("close")} onClick={onClose}>
          <CrossIcon />
        </Button>
      </header>
      {children}
    </dialog>
  );
}

/** Asks once before something that can't be undone. */
export function Confirm({
  title,
  children,
  action,
  onConfirm,
  onClose,
}: {
  title: ReactNode;
  children?: ReactNode;
  /** What the button says: the deed, not "OK". */
  action: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const t = useT();
  const confirm = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <footer>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button kind="danger" onClick={confirm}>
          {action}
        </Button>
      </footer>
    </Dialog>
  );
}
