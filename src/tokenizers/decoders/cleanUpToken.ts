/** What English text has no space before, and how it is written. The order matters. */
export const SPACING = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

/** Takes out the spaces that a token of English has too many, as Hugging Face's decoders do. */
export function cleanUpToken(token: string): string {
  return SPACING.reduce((cleaned: string, [from, to]) => cleaned.replaceAll(from, to), token);
}
