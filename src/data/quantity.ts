/** A count and what is counted: '1 field', '3 fields'. */
export function quantity(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
