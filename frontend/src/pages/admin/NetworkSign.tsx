// Says so while the server can't be reached. Nothing that is typed is lost by that.

import { ConnectionSign } from "../../components/Sign";
import { useReach } from "./reach";

export function NetworkSign() {
  return <ConnectionSign freshness={useReach()} />;
}
