/** From when on the closing of the provider's window for replies is told of, in milliseconds before it. */
export const soon = 4 * 3_600_000;
