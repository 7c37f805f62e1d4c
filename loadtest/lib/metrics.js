// What k6 does not measure by itself.

import { Counter, Rate, Trend } from "k6/metrics";

/** Requests that failed though nobody did anything wrong, with `name` and `code`. */
export const errors = new Counter("errors");
/** People in the room. */
export const joined = new Counter("joined");
/** Acknowledged answers: the first ones and changes. */
export const acknowledged = new Counter("acknowledged");
/** Answers that the server would not have, with `reason`: mostly those that came too late. */
export const refused = new Counter("refused");
/** Answers that were neither acknowledged nor refused when the run ended. */
export const undelivered = new Counter("undelivered");
/** Acknowledged less counted, by `of`: above zero answers were lost, below they were doubled. */
export const unaccounted = new Counter("unaccounted");
/** From sending an answer until a waiting runner had the frame that contains it. */
export const visible = new Trend("vote_visible", true);
/** How late this program was with a request that was due: its own fault, not the server's. */
export const lateness = new Trend("generator_late", true);
/** The pace that the server asked of participants. */
export const pace = new Trend("pace", true);
/** From the first request of a person that failed until one succeeded again. */
export const outage = new Trend("outage", true);
/** Whether what a person finds in /me is what was acknowledged to them. */
export const remembered = new Rate("remembered");
