import { TrainingError } from '../../errors/index.js';

/** A line longer than this many reads is cut (not inside a character), so that memory stays constant. */
const LONGEST_LINE_IN_READS = 16;

/**
 * The text of UTF-8 bytes, without a byte-order mark, in pieces of whole lines where possible, none of them empty.
 *
 * @param name where the bytes come from, for messages
 * @throws TrainingError if they are not UTF-8
 */
export async function* decodeText(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = ''; // the beginning of a line whose end was not read yet
  let reads = 0;
  let bytesBefore = 0;
  const decode = (read?: Uint8Array) => {
    try {
      return decoder.decode(read, { stream: read !== undefined });
    } catch (cause) {
      throw new TrainingError(
        `Text ${name}: it is not UTF-8 (after byte ${bytesBefore}).\n` +
          'Convert it first, for example: iconv -f ISO-8859-1 -t UTF-8 in.txt > out.txt',
        { value: name, cause },
      );
    }
  };
  for await (const read of bytes) {
    const text = line + decode(read);
    bytesBefore += read.length;
    reads++;
    const cut = text.lastIndexOf('\n') + 1 || (reads < LONGEST_LINE_IN_READS ? 0 : text.length);
    line = text.slice(cut);
    if (cut === 0) continue;
    reads = 0;
    yield text.slice(0, cut);
  }
  line += decode();
  if (line !== '') yield line;
}
