import { CheckpointError } from '../errors/index.js';
import { quoteName } from './quoteName.js';

/** Names of devices, which Windows opens whatever the extension. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Leaves room in the 255 bytes of common file systems for the prefix of a temporary name. */
const maxBytes = 200;

/**
 * Refuses a name of a file or folder that could mean another place than its own, in any store on any system: names
 * come out of downloaded indexes too.
 *
 * @param owner who was given the name: 'directoryStore'
 * @throws CheckpointError saying what is wrong with it
 */
export function checkName(owner: string, name: string): void {
  const fault = faultOf(name);
  if (fault === undefined) return;
  throw new CheckpointError(
    `${owner}: the name ${quoteName(name)} ${fault}.\n` +
      'Expected the plain name of a file or folder, such as model.safetensors or step-1000.',
    { value: name },
  );
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.startsWith('.')) return 'starts with a dot';
  if (/[/\\]/.test(name)) return 'holds a slash, and could lead to another folder';
  if (/%(2e|2f|5c|25|00)/i.test(name)) return 'holds an escaped dot, slash, percent sign or NUL';
  if (/[\p{Control}\p{Surrogate}]/u.test(name)) return 'holds a control character or half a surrogate pair';
  if (/[<>:"|?*]/.test(name)) return 'holds one of < > : " | ? *, which Windows does not allow';
  if (/[. ]$/.test(name)) return 'ends in a dot or space, which Windows drops';
  if (device.test(name)) return 'is a device on Windows';
  if (new TextEncoder().encode(name).length > maxBytes) return `is longer than ${maxBytes} bytes`;
  return undefined;
}
