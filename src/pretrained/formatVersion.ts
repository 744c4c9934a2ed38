import { CheckpointError } from '../errors/index.js';

/** The version of what `savePretrained` writes. It rises when a reader of the version before could not read it. */
export const FORMAT_VERSION = 1;

/** @throws CheckpointError if a file was written by a later version of the library */
export function checkFormatVersion(file: string, version: unknown): void {
  if (version === undefined) return; // another library wrote it
  if (Number.isInteger(version) && (version as number) >= 1 && (version as number) <= FORMAT_VERSION) return;
  throw new CheckpointError(
    `${file}: formatVersion ${String(version)} is not one that this version of sesame-nlp reads (1 to ${FORMAT_VERSION}).\n` +
      'Update sesame-nlp, or save the model again with the version that is installed.',
    { value: version },
  );
}
