import { ConfigError, rejectUnknownOptions, TrainingError } from '../errors/index.js';

/** What `splitText` takes besides the text. */
export interface SplitTextOptions {
  /** The share of the text, from its end, that training does not see: 0..1, 0.1 by default. */
  readonly validationFraction?: number | undefined;
}

/** A text in two parts, which joined are the whole. */
export interface SplitText {
  /** The first part of the text, never empty. */
  readonly train: string;
  /** The rest of it, never empty. */
  readonly validation: string;
}

/**
 * Splits a text into a first part to train on and a last part to validate on: by default the first 90% and the last
 * 10% of its UTF-16 code units, rounded down for training, as is customary. No character is cut in two.
 *
 * @throws TrainingError if a part would be empty
 * @throws ConfigError if the fraction is not between 0 and 1
 */
export function splitText(text: string, options: SplitTextOptions = {}): SplitText {
  rejectUnknownOptions('splitText', options, ['validationFraction']);
  const { validationFraction = 0.1 } = options;
  if (!(validationFraction > 0 && validationFraction < 1)) {
    throw new ConfigError(
      `splitText: validationFraction ${validationFraction} is not between 0 and 1.\nTry 0.1: the last tenth.`,
      { value: validationFraction },
    );
  }
  let cut = Math.floor(text.length * (1 - validationFraction) + 1e-6); // 10 * (1 - 0.9) is a little less than 1
  if (isInsideCharacter(text, cut)) cut--;
  if (cut > 0 && cut < text.length) return { train: text.slice(0, cut), validation: text.slice(cut) };
  throw new TrainingError(
    `splitText: a text of ${text.length} characters is too short to keep a share of ${validationFraction} for validation.\n` +
      'Give more text.',
    { value: text.length },
  );
}

/** Whether a surrogate pair lies across this place. */
function isInsideCharacter(text: string, place: number): boolean {
  return (text.codePointAt(place - 1) ?? 0) > 0xffff;
}
