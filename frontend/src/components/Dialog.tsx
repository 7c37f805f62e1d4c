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
    if (opened !== null) show(opened);
    return () => {
      opened?.close?.();
      giveBack(before);
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
      onKeyDown={(event) => {
        if (event.key === "Escape" && !hasDialogs(event.currentTarget)) onClose();
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

/** Phones of 2021 have none. */
function hasDialogs(dialog: HTMLDialogElement): boolean {
  return typeof dialog.showModal === "function";
}

function show(dialog: HTMLDialogElement): void {
  if (hasDialogs(dialog)) {
    dialog.showModal();
    return;
  }
  dialog.setAttribute("open", "");
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-modal", "true");
  dialog.tabIndex = -1;
  dialog.focus();
}

/** The focus: to what had it before; where that is gone, or goes with what was decided, to the page's
 * main part, not to its beginning. */
function giveBack(before: Element | null): void {
  if (!(before instanceof HTMLElement) || before === document.body) return;
  if (before.isConnected) before.focus();
  setTimeout(() => {
    const main = document.querySelector("main");
    if (main === null || before.isConnected || document.activeElement !== document.body) return;
    if (!main.hasAttribute("tabindex")) main.tabIndex = -1;
    main.focus({ preventScroll: true });
  });
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
