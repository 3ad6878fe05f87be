/** Whether a machine is a Mac (or an iPad with a keyboard), where other keys do the same work and carry other signs. */
export function isMac(platform: string): boolean {
  return /^(mac|iphone|ipad)/i.test(platform);
}

/** What the key for Ctrl is called there. */
export function controlName(mac: boolean): "⌘" | "Ctrl" {
  return mac ? "⌘" : "Ctrl";
}

export const onMac = typeof navigator !== "undefined" && isMac(navigator.platform);
export const control = controlName(onMac);
