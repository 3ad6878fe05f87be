/** Whether this is a Mac (or an iPad with a keyboard), where other keys do the same work and carry other signs. */
export const onMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);
