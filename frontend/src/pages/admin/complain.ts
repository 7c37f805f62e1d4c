// Says that something did not work. Where the sign-in has ended, the page asks for it and that is all.

import { toast } from "../../components/Toast";
import type { useT } from "../../i18n/admin";
import { explain } from "./problems";
import type { Trouble } from "./server";

export function complain(t: ReturnType<typeof useT>, trouble: Trouble): void {
  if (trouble.status !== 401) toast(explain(t, trouble), "bad");
}
