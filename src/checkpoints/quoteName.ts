/** A name from a file as an error message shows it: quoted, escaped, and cut if someone made it endless. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length <= 120 ? name : `${name.slice(0, 117)}...`);
}
