/** How are moments and waits worded? In the reader's own language settings. */

import { useEffect, useState } from "react";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function clockTime(moment: string): string {
  return worded(moment, CLOCK);
}

export function fullTime(moment: string): string {
  return worded(moment, FULL);
}

export function dayOf(moment: string, now: number): string {
  const day = new Date(moment).toDateString();
  if (day === new Date(now).toDateString()) return "Today";
  if (day === new Date(now - 86_400_000).toDateString()) return "Yesterday";
  return worded(moment, DAY);
}

const SHORT_DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

/** A moment to come, as short as it can be said: the time, with the day unless it is today. */
export function momentWords(at: number, now: number): string {
  const time = CLOCK.format(at);
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  return today ? time : `${SHORT_DAY.format(at)}, ${time}`;
}

/** How long until a moment, in the largest unit that says something. */
export function ahead(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1_000);
  if (Number.isNaN(seconds) || seconds <= 0) return "now";
  if (seconds < 90) return `in ${seconds} s`;
  if (seconds < 5_400) return `in ${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `in ${Math.round(seconds / 3_600)} h`;
  return `in ${Math.round(seconds / 86_400)} days`;
}

/** A wait in the largest unit that says something: 40 s, 12 min, 3 h, 2 d. */
export function waited(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1_000));
  if (Number.isNaN(seconds)) return "";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** The present moment, again every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function worded(moment: string, format: Intl.DateTimeFormat): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "" : format.format(date);
}
