/** Something that is measured in milliseconds, and how tables show it. */
export interface Measure {
  /** The name that contenders send its times under. */
  readonly name: string;
  /** As tables show it. */
  readonly label: string;
  /** 'ms' is shown as it was measured; the others say how much of `work` is done in the time. */
  readonly unit: 'ms' | 'tokens/s' | 'GFLOP/s' | 'MB/s';
  /** Tokens, floating-point operations or bytes. */
  readonly work?: number;
}

const PER_SECOND = { 'tokens/s': 1, 'GFLOP/s': 1e-9, 'MB/s': 1e-6 } as const;

/** A time in the measure's unit. */
export function inUnit({ unit, work }: Measure, milliseconds: number): number {
  return unit === 'ms' ? milliseconds : (work! * PER_SECOND[unit] * 1000) / milliseconds;
}

/** Three digits that count, and never an exponent. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(decimals, 3));
}
