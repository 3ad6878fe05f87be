import type { Requests, RequestType } from "../protocol/frames.gen";

/** Asks the server over the connection there is; Refused, or Interrupted when nobody knows the outcome. */
export type Ask = <T extends RequestType>(type: T, fields: Requests[T]["fields"]) => Promise<Requests[T]["reply"]>;
