import type { Language, Say } from "./words";

/** Times and sizes in words. Durations are milliseconds, moments Unix milliseconds. */

/** How long something has lasted, in the largest unit that says enough. */
export function age(say: Say, duration: number): string {
  const s = Math.max(0, Math.floor(duration / 1000));
  if (s < 60) return say("time.seconds", { n: s });
  if (s < 3600) return say("time.minutes", { n: Math.floor(s / 60) });
  if (s < 86_400) return say("time.hours", { n: Math.floor(s / 3600) });
  return say("time.days", { n: Math.floor(s / 86_400) });
}

/** How long something still lasts: to the second in the last hour. */
export function left(say: Say, duration: number): string {
  const s = Math.max(0, Math.ceil(duration / 1000));
  if (s < 3600) return say("time.minutesSeconds", { m: Math.floor(s / 60), s: String(s % 60).padStart(2, "0") });
  return say("time.hoursMinutes", { h: Math.floor(s / 3600), m: Math.floor((s % 3600) / 60) });
}

export function size(say: Say, bytes: number): string {
  if (bytes < 1024) return say("size.bytes", { n: bytes });
  const kilobytes = Math.round(bytes / 1024);
  if (kilobytes < 1024) return say("size.kilobytes", { n: kilobytes });
  return say("size.megabytes", { n: Math.round((bytes / 1024 / 1024) * 10) / 10 });
}

/** The midnight with which the day of a moment began. */
export function dayBegan(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Which day a moment is of, where today began at a midnight. What is a little ahead is of today. */
export function dayOf(at: number, today: number): "today" | "yesterday" | "earlier" {
  if (at >= today) return "today";
  return at >= new Date(today).setHours(-24, 0, 0, 0) ? "yesterday" : "earlier";
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format is dear, using one is not. */
function format(language: Language, kind: "clock" | "day" | "short" | "full"): Intl.DateTimeFormat {
  const key = `${language} ${kind}`;
  let found = formats.get(key);
  if (found === undefined) {
    const options: Record<typeof kind, Intl.DateTimeFormatOptions> = {
      clock: { hour: "2-digit", minute: "2-digit" },
      day: { weekday: "long", day: "numeric", month: "long" },
      short: { day: "numeric", month: "short" },
      full: { dateStyle: "medium", timeStyle: "short" },
    };
    found = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options[kind]);
    formats.set(key, found);
  }
  return found;
}

/** The time of day. */
export function clock(language: Language, at: number): string {
  return format(language, "clock").format(at);
}

export function day(language: Language, at: number): string {
  return format(language, "day").format(at);
}

/** A day where there is little room. */
export function shortDay(language: Language, at: number): string {
  return format(language, "short").format(at);
}

export function moment(language: Language, at: number): string {
  return format(language, "full").format(at);
}
