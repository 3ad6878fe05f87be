import type { ProblemDocument, UploadedFile } from "./rest";

/** An upload that failed: with the server's code, or "network". */
export class UploadFailed extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Uploads a file; progress is told between 0 and 1. fetch cannot tell it, so this is the older way. */
export function upload(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", "/api/v1/files");
    call.responseType = "json";
    call.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    call.onload = () => {
      if (call.status === 200) resolve(call.response as UploadedFile);
      else reject(new UploadFailed((call.response as ProblemDocument | null)?.code ?? "network"));
    };
    call.onerror = () => reject(new UploadFailed("network"));
    call.onabort = () => reject(new UploadFailed("aborted"));
    signal.addEventListener("abort", () => call.abort(), { once: true });
    const form = new FormData();
    form.append("file", file, file.name);
    call.send(form);
  });
}
