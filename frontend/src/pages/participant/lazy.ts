// The room: fetched while people type their name.

import { part } from "./parts";

export const room = part(async () => (await import("./Room")).Room);
