import createClient from "openapi-fetch";
import type { components, paths } from "./rest.gen";

/** The REST calls, typed by the OpenAPI document. The session rides on the cookie. */
export const rest = createClient<paths>({ baseUrl: "", credentials: "same-origin" });

export type SignedOperator = components["schemas"]["SignedOperator"];
export type ChannelInfo = components["schemas"]["ListedChannel"];
export type UploadedFile = components["schemas"]["UploadedFile"];
export type ProblemDocument = components["schemas"]["ProblemDocument"];

/** Where a file is served. */
export function fileAddress(id: string): string {
  return `/api/v1/files/${encodeURIComponent(id)}`;
}

/** Where the operator protocol is spoken, seen from this page. */
export function socketAddress(page: Location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/api/v1/ws`;
}
