// What stands below a list that is longer than what is shown of it.

import { Button } from "../../components/Button";
import { useT } from "../../i18n/admin";
import type { Rows } from "./useRows";

export function More<Item>({ rows }: { rows: Rows<Item> }) {
  const t = useT();
  return (
    <>
      {rows.data?.next_cursor && (
        <Button isDisabled={rows.isLoadingMore} onClick={rows.showMore}>
          {t("show_more")}
        </Button>
      )}
      {!rows.isRenewed && (
        <p className="acts">
          <span className="soft">{t("not_renewed")}</span>
          <Button size="small" onClick={() => void rows.reload()}>
            {t("renew")}
          </Button>
        </p>
      )}
    </>
  );
}
