/**
 * The same text in memory of its own. A part of a string keeps the whole string alive in V8, and whoever collects a few
 * lines of a file would keep all of it.
 */
export function ownText(part: string): string {
  return ` ${part}`.slice(1); // Joining copies, and the slice keeps only that copy alive.
}
