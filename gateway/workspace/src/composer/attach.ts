import { type AttachedFile, mostFiles } from "../desk/files";
import type { Workspace } from "../desk/workspace";
import type { ChannelInfo } from "../protocol/rest";

/** What the channel of a chat takes; undefined as long as nobody has told. */
export function limitsOf(w: Workspace, chat: string): ChannelInfo["limits"] | undefined {
  const channel = w.view.chats.get(chat)?.chat.channel.id;
  return channel === undefined ? undefined : w.local.getState().channels.get(channel)?.limits;
}

/** Puts files into a chat's box as far as there is room, and uploads them. */
export function attach(w: Workspace, chat: string, files: readonly File[]): void {
  const limits = limitsOf(w, chat);
  const before = w.boxes.of(chat).files;
  const most = limits?.attachments ?? mostFiles;
  const room = Math.max(0, most - before.length);
  const added = files.slice(0, room).map((f) => w.uploads.add(f, limits, (now) => w.boxes.progressed(chat, now)));
  if (added.length > 0) w.boxes.attach(chat, [...before, ...added]);
  const over = files.length - added.length;
  if (over > 0)
    w.notices.tell({ tone: "bad", key: "too-many", word: "composer.notAdded", values: { count: over, most } });
}

export function detach(w: Workspace, chat: string, file: AttachedFile): void {
  w.uploads.drop(file);
  w.boxes.attach(
    chat,
    w.boxes.of(chat).files.filter((f) => f.key !== file.key),
  );
}

export function uploadAgain(w: Workspace, chat: string, file: AttachedFile): void {
  w.uploads.retry(file, (now) => w.boxes.progressed(chat, now));
}
