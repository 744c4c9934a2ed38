/** Characters of the bar: as many as there is room for, and none where it would be a stump. */
const BAR_WIDTH = { min: 5, max: 24 };

/** How a line about progress is laid out. */
export interface ProgressLineOptions {
  /** Columns that it keeps to, by leaving the last parts out; a bar fills what remains. */
  readonly width: number;
  /** How much is done: 0..1, undefined if nobody knows. */
  readonly progress: number | undefined;
}

/** A line about progress: a bar where it has a width, and the parts. */
export function progressLine(parts: readonly string[], { width, progress }: ProgressLineOptions): string {
  const shown = [...parts];
  while (shown.join('  ').length > width) shown.pop();
  const room = width - shown.join('  ').length - 2;
  if (progress !== undefined && width < Number.POSITIVE_INFINITY && room >= BAR_WIDTH.min) {
    shown.unshift(bar(progress, Math.min(room, BAR_WIDTH.max)));
  }
  return shown.join('  ');
}

function bar(progress: number, width: number): string {
  const full = Math.round(width * Math.min(1, progress));
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** 3725 -> '1h 02m', 65 -> '1m 05s', 5 -> '5s' */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  if (hours > 0) return `${hours}h ${twoDigits(minutes)}m`;
  return minutes > 0 ? `${minutes}m ${twoDigits(whole % 60)}s` : `${whole}s`;
}
