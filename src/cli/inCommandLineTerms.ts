/** What the library says, and what a command line has in its place: `addSpecialTokens: false`, `--no-special-tokens`. */
export type Terms = Readonly<Record<string, string>>;

/**
 * A message of the library in the words of a command line: `vocabSize` is `--vocab-size` there, and which function
 * complains is of no interest.
 *
 * @param options the names of the command's options: `vocab-size`
 * @param terms what else is called otherwise
 */
export function inCommandLineTerms(message: string, options: readonly string[], terms: Terms = {}): string {
  const names = options.map((name) => [
    name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    `--${name}`,
  ]);
  const replacements = new Map([...Object.entries(terms), ...names.map(([from, to]) => [from!, to!] as const)]);
  // One-word options are left alone: `file` and `force` are words of any sentence.
  const said = [...replacements.keys()].filter((term) => /[A-Z]/.test(term));
  const withoutOwner = message.replace(/^[a-z]\w*: /, '');
  if (said.length === 0) return withoutOwner;
  return withoutOwner.replace(new RegExp(`\\b(?:${said.join('|')})\\b`, 'g'), (term) => replacements.get(term)!);
}
