// Says so while the device has no network. Nothing that is typed is lost by that.

import { useSyncExternalStore } from "react";

import { ConnectionSign } from "../../components/Sign";

function subscribe(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

export function NetworkSign() {
  const isUp = useSyncExternalStore(subscribe, () => navigator.onLine);
  return <ConnectionSign freshness={isUp ? "fresh" : "offline"} />;
}
