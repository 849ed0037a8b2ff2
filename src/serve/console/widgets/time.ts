import { element } from "./element.ts";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const ago = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

/** A time of today by the clock, any other with its date; pointed at, all of it. */
export function timeElement(time: Date): HTMLTimeElement {
  const isToday = time.toDateString() === new Date().toDateString();
  return element(
    "time",
    { datetime: time.toISOString(), title: calendar.format(time) },
    (isToday ? clock : calendar).format(time),
  );
}

/** `2 min. ago`. */
export function agoText(time: Date, now: Date = new Date()): string {
  const seconds = Math.max(0, Math.round((now.getTime() - time.getTime()) / 1_000));
  if (seconds < 60) return "just now";
  const [amount, unit] = seconds < 3_600
    ? [seconds / 60, "minute" as const]
    : seconds < 86_400
    ? [seconds / 3_600, "hour" as const]
    : [seconds / 86_400, "day" as const];
  return ago.format(-Math.floor(amount), unit);
}
