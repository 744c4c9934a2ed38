const TENTHS = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** 1234567 -> '1.2' */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toLocaleString('en', TENTHS);
}

/** 1234567 -> '1.2 MB', 1234 -> '1.2 kB' */
export function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toLocaleString('en', TENTHS)} kB` : `${megabytes(bytes)} MB`;
}
