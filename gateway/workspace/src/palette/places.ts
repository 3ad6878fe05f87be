/** Where the focus is on the page and where shortcuts put it. */

/** What a key only switches or moves: letters mean nothing to it. */
const switches = "[type=radio], [type=checkbox], [type=range], [type=button], [type=submit], [type=file]";

/** Whether keys pressed here write text or choose a value. */
export function typingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches(`input:not(${switches}), textarea, select, [role=textbox], [role=combobox]`);
}

/** Whether something lies over the page that has the keys for itself; also dialogs that no store knows. */
export function modalOpen(): boolean {
  return document.querySelector('[aria-modal="true"], dialog[open]') !== null;
}

/** Whether the arrow keys have no other work: they scroll and choose in most places. */
export function arrowsFree(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest("nav [data-row]") !== null);
}

export function focusReplyBox(): void {
  const box = document.getElementById("reply");
  const field = box?.matches("textarea, input, [contenteditable]") ? box : box?.querySelector<HTMLElement>("textarea");
  (field ?? box)?.focus();
}

export function focusLists(): void {
  (document.querySelector<HTMLElement>("nav [data-row][aria-current]") ?? rows()[0])?.focus();
}

/** Moves the focus from row to row, through both lists; from elsewhere it comes to the lists first. */
export function moveInLists(step: 1 | -1): void {
  const all = rows();
  const focused = document.activeElement;
  const at = all.findIndex((row) => row === focused || row.parentElement?.contains(focused));
  if (at < 0) focusLists();
  else all[at + step]?.focus();
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("nav [data-row]")];
}
