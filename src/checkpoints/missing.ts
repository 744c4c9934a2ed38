import { CheckpointError, nearestName } from '../errors/index.js';
import { quoteName } from './quoteName.js';

/**
 * The error for a file or checkpoint that is not there, naming the nearest that is.
 *
 * @param what what was looked for: 'file' or 'checkpoint'
 * @param place where, as the user named it
 */
export function missing(
  owner: string,
  what: string,
  name: string,
  place: string,
  present: readonly string[],
): CheckpointError {
  const nearest = nearestName(name, present);
  const advice =
    nearest !== undefined
      ? `Did you mean ${quoteName(nearest)}?`
      : present.length === 0
        ? 'There are none in it: nothing was saved there yet, or the place is misspelt.'
        : `There are: ${present.slice(0, 20).map(quoteName).join(', ')}${present.length > 20 ? ', ...' : ''}.`;
  return new CheckpointError(`${owner}: there is no ${what} ${quoteName(name)} in ${place}.\n${advice}`, {
    value: name,
  });
}
