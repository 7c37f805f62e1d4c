// Which keys there are.

import { Dialog } from "../../components/Dialog";
import { useT } from "../../i18n/runner";

export function Keys({ onClose }: { onClose: () => void }) {
  const t = useT();
  const keys: [string[], string][] = [
    [[t("key_space"), t("key_enter")], t("key_primary")],
    [["→"], t("key_next")],
    [["←"], t("key_previous")],
    [["H"], `${t("do_show")} / ${t("do_hide")}`],
    [["L"], `${t("do_lock")} / ${t("do_unlock")}`],
    [["Q"], t("qr_full")],
    [["F"], t("full_screen")],
    [["P"], t("programme")],
    [["R"], t("review")],
    [["B"], t("leaderboard")],
    [["S"], t("do_accept_other")],
    [["+"], t("key_judge_right")],
    [["-"], t("key_judge_wrong")],
    [["W"], t("words_steer")],
    [["T"], t("table_show")],
    [["C"], t("counts_show")],
    [["Esc"], t("key_escape")],
  ];
  return (
    <Dialog title={t("keys")} onClose={onClose}>
      <dl className="keys">
        {keys.map(([names, does]) => (
          <div key={names[0]}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
