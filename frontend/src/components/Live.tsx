// What is read out without being shown. One region in a page that is there from the start: browsers
// announce changes only in what they know already.

import type { ReactNode } from "react";

export function LiveRegion({
  children,
  isUrgent = false,
}: {
  children?: ReactNode;
  isUrgent?: boolean;
}) {
  return (
    <div className="unseen" role={isUrgent ? "alert" : "status"} aria-atomic="true">
      {children}
    </div>
  );
}
