// Who this device is, in each session.

import { createIdentities } from "../../api/identity";
import { storage } from "../../api/storage";

export const identities = createIdentities(storage);
