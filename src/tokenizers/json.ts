import { TokenizerError } from '../errors/index.js';

/**
 * Parses JSON and refuses an object that has a key twice: JSON.parse would keep the last and lose the other's id.
 *
 * @param owner who reads it, for messages
 * @throws TokenizerError if the text is not JSON, or repeats a key
 */
export function parseJson(text: string, owner: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenizerError(
      `${owner}: this is not JSON: ${(cause as Error).message}\nPass the whole text of the file.`,
      {
        cause,
      },
    );
  }
  const key = repeatedKey(text);
  if (key !== undefined) {
    throw new TokenizerError(`${owner}: the JSON has the key ${key} twice in one object.\nKeep one.`, {
      value: key,
    });
  }
  return value;
}

/** The first key, as JSON spells it, that an object of this valid JSON text has twice. */
function repeatedKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  const colon = /\s*:/y;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') objects.push(new Set());
    else if (text[at] === '}') objects.pop();
    if (text[at] !== '"') continue;
    const start = at;
    for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    colon.lastIndex = at + 1;
    if (!colon.test(text)) continue;
    const key = text.slice(start, at + 1);
    // One key can be spelt in several ways: "a" is also "\u0061".
    const name = JSON.parse(key) as string;
    const keys = objects.at(-1)!;
    if (keys.has(name)) return key;
    keys.add(name);
  }
  return undefined;
}
