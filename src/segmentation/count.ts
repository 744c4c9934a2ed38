/** Counts one more occurrence of a type. */
export function count(frequencies: Map<string, number>, type: string): void {
  const frequency = frequencies.get(type);
  // V8's slice would keep the whole text alive in the map; the detour makes a string of its own.
  frequencies.set(frequency === undefined ? ` ${type}`.slice(1) : type, (frequency ?? 0) + 1);
}
