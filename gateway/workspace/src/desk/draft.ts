/**
 * What stands in a chat's reply box against what the server keeps of it (S36). Pure; times are Unix milliseconds.
 *
 * Every tab and device hears every stored draft, its own too. A draft that comes while somebody types here is older
 * than what he types, or will be overwritten by it: only a box that has been left alone for a moment takes one over.
 */
export interface Draft {
  readonly text: string;
  /** What the server is known to keep. */
  readonly saved: string;
  /** What is on its way there; null when nothing is. */
  readonly saving: string | null;
  /** When the box was changed here, 0 = never. */
  readonly editedAt: number;
  /** When the oldest change that is not on its way to the server was made here, 0 = long ago. */
  readonly since: number;
}

/** How long a box must be left alone before it takes over what came from elsewhere. */
export const settle = 800;
/** How long after the last key a draft is stored. */
const saveAfter = 400;
/** How long it may wait while somebody types without a pause. */
const saveWithin = 1_000;
/**
 * The longest text that is kept on the server, in UTF-16 units. No provider takes as much in one message; a frame of
 * more than 64 KB would end the connection, and a unit takes up to six bytes in it.
 */
export const longestKept = 10_000;

export const emptyDraft: Draft = { text: "", saved: "", saving: null, editedAt: 0, since: 0 };

export function edit(d: Draft, text: string, now: number): Draft {
  if (text === d.text) return d;
  const clean = d.text === (d.saving ?? d.saved);
  return { ...d, text, editedAt: now, since: clean ? now : d.since };
}

/** Whether there is something to tell the server, and nothing on its way. */
export function unsaved(d: Draft): boolean {
  return d.saving === null && d.text !== d.saved && d.text.length <= longestKept;
}

/** Whether the server should be told now. */
export function due(d: Draft, now: number): boolean {
  return unsaved(d) && dueIn(d, now) <= 0;
}

/** How long until an unsaved text should be stored, in milliseconds. */
export function dueIn(d: Draft, now: number): number {
  return Math.min(d.editedAt + saveAfter, d.since + saveWithin) - now;
}

export function begin(d: Draft): Draft {
  return { ...d, saving: d.text };
}

/** The server has taken what was on its way. */
export function stored(d: Draft): Draft {
  return d.saving === null ? d : { ...d, saved: d.saving, saving: null };
}

/** It has not, or nobody knows: it is tried again. */
export function failed(d: Draft): Draft {
  return { ...d, saving: null };
}

/**
 * The text was sent, perhaps while nobody hears it: until the server says that its draft is gone, what it keeps is older
 * than the empty box.
 */
export function sent(d: Draft, now: number): Draft {
  return edit(d, "", now);
}

/** A message reached the server, which let the draft go with it, be it a newer one. */
export function emptied(d: Draft): Draft {
  return d.saved === "" ? d : { ...d, saved: "" };
}

/** The server says what it keeps. */
export function heard(d: Draft, server: string, now: number): Draft {
  if (server === d.text) return d.saved === server ? d : { ...d, saved: server };
  if (d.saving !== null || d.text !== d.saved || now - d.editedAt < settle) return d;
  return { ...d, text: server, saved: server };
}
