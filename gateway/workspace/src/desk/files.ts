import { type ChannelInfo, fileAddress, type UploadedFile } from "../protocol/rest";
import { UploadFailed, upload } from "../protocol/upload";

/** A file in a reply box: it is uploaded as soon as it is put there. */
export interface AttachedFile {
  readonly key: number;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  /** Address of a picture of it in this page; null for what is no image. */
  readonly preview: string | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly uploaded: UploadedFile | null;
  /** Why it cannot be sent: no_kind, too_big, empty, lost with an earlier page, or the code of the failed upload. */
  readonly problem: string | null;
}

/** What is left of such a file where the page is gone; id null = its upload had not ended, and it is lost. */
export interface KeptFile extends Omit<UploadedFile, "id"> {
  readonly id: string | null;
}

export function keptOf(f: AttachedFile): KeptFile {
  const { name, mime, size } = f;
  return f.uploaded ?? { id: null, name, mime, size, kind: kindOf(mime) };
}

/** What was kept may be of another version of this page; null where it is no file. */
export function readKept(kept: unknown): KeptFile | null {
  const f = kept as Partial<KeptFile> | null;
  if (typeof f !== "object" || f === null || (f.id !== null && typeof f.id !== "string")) return null;
  const { id, name, mime, size } = f;
  if (typeof name !== "string" || typeof mime !== "string" || typeof size !== "number") return null;
  const kind = kinds.find((k) => k === f.kind) ?? kindOf(mime);
  return { id, name, mime, size, kind };
}

/** What the server allows in one message. */
export const mostFiles = 10;

type Limits = ChannelInfo["limits"];

const kinds = ["image", "video", "audio", "file"] as const;

export function kindOf(mime: string): UploadedFile["kind"] {
  return kinds.find((k) => k === mime.split("/")[0]) ?? "file";
}

/**
 * Why the channel does not take a file; null when it does. As the server decides it: by its own kind where the
 * provider takes it so, else as a plain file.
 */
export function problemOf(
  limits: Limits,
  mime: string,
  size: number,
  kind: string = kindOf(mime),
): "no_kind" | "too_big" | null {
  const own = limits.files.find((f) => f.kind === kind);
  const plain = limits.files.find((f) => f.kind === "file");
  const rules = [own, plain].filter((r) => r !== undefined);
  const fitting = rules.filter((r) => allows(r.mimes, mime));
  if (fitting.some((r) => size <= r.max_size)) return null;
  return fitting.length > 0 ? "too_big" : "no_kind";
}

/**
 * Why a file of a box cannot be sent; null when it can, or will be once it is uploaded. The server has looked into an
 * uploaded file: its word on the kind is better than the browser's.
 */
export function hindranceOf(limits: Limits | undefined, f: AttachedFile): string | null {
  if (f.problem !== null || limits === undefined) return f.problem;
  const u = f.uploaded;
  return u === null ? problemOf(limits, f.mime, f.size) : problemOf(limits, u.mime, u.size, u.kind);
}

function allows(mimes: readonly string[], mime: string): boolean {
  const plain = (mime.split(";")[0] ?? "").trim().toLowerCase();
  return mimes.length === 0 || mimes.some((m) => m === plain || (m.endsWith("*") && plain.startsWith(m.slice(0, -1))));
}

/** The most a channel takes of any file of this type, in bytes, for the words beside "too_big". */
export function mostBytes(limits: Limits, mime: string): number {
  const rules = limits.files.filter((f) => (f.kind === kindOf(mime) || f.kind === "file") && allows(f.mimes, mime));
  return Math.max(0, ...rules.map((r) => r.max_size));
}

/** Providers count in UTF-16 units, as JavaScript does. */
export function textLength(text: string): number {
  return text.length;
}

/** Whether a file is not taken at all, however often it is tried. */
export function refused(problem: string | null): boolean {
  return problem !== null && ["no_kind", "too_big", "too_large", "empty"].includes(problem);
}

/** Uploads of files in reply boxes. */
export class Uploads {
  private next = 1;
  private running = new Map<number, AbortController>();
  /** What was picked, as long as it stands in a box: an upload that failed is tried again. */
  private sources = new Map<number, File>();

  /** Makes a box's file of what was picked, pasted or dropped; it is uploaded unless the channel refuses it. */
  add(file: File, limits: Limits | undefined, changed: (f: AttachedFile) => void): AttachedFile {
    const mime = file.type || "application/octet-stream";
    const image = kindOf(mime) === "image" && mime !== "image/svg+xml";
    const made: AttachedFile = {
      key: this.next++,
      name: file.name,
      mime,
      size: file.size,
      preview: image ? URL.createObjectURL(file) : null,
      progress: 0,
      uploaded: null,
      problem: file.size === 0 ? "empty" : limits === undefined ? null : problemOf(limits, mime, file.size),
    };
    if (made.problem !== null) return made;
    this.sources.set(made.key, file);
    this.begin(made, file, changed);
    return made;
  }

  /** Uploads a file once more whose upload failed. */
  retry(f: AttachedFile, changed: (f: AttachedFile) => void): void {
    const file = this.sources.get(f.key);
    if (file === undefined || this.running.has(f.key)) return;
    const again = { ...f, progress: 0, problem: null };
    changed(again);
    this.begin(again, file, changed);
  }

  /** Makes a box's file of one that stood there before a message was refused, or before the page was loaded again. */
  restore(f: KeptFile): AttachedFile {
    const key = this.next++;
    const { id, name, mime, size, kind } = f;
    if (id === null) return { key, name, mime, size, preview: null, progress: 0, uploaded: null, problem: "lost" };
    const preview = kind === "image" && mime !== "image/svg+xml" ? fileAddress(id) : null;
    return { key, name, mime, size, preview, progress: 1, uploaded: { id, name, mime, size, kind }, problem: null };
  }

  /** Lets a file go: its upload ends, and its picture is given back. */
  drop(f: AttachedFile): void {
    this.running.get(f.key)?.abort();
    this.running.delete(f.key);
    this.sources.delete(f.key);
    if (f.preview !== null) URL.revokeObjectURL(f.preview);
  }

  private begin(f: AttachedFile, file: File, changed: (f: AttachedFile) => void): void {
    let now = f;
    const change = (part: Partial<AttachedFile>) => {
      now = { ...now, ...part };
      changed(now);
    };
    const stop = new AbortController();
    this.running.set(f.key, stop);
    upload(file, (progress) => change({ progress }), stop.signal).then(
      (uploaded) => {
        this.running.delete(f.key);
        change({ uploaded, progress: 1 });
      },
      (e: unknown) => {
        if (stop.signal.aborted) return;
        this.running.delete(f.key);
        change({ problem: e instanceof UploadFailed ? e.code : "network" });
      },
    );
  }
}
