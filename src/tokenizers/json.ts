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
    throw new TokenizerError(`${owner}: the JSON has the key ${key} twice in one object.\nKeep one of them.`, {
      value: key,
    });
  }
  return value;
}

/** The first key, as JSON spells it, that an object of this valid JSON text has twice. */
function repeatedKey(text: string): string | undefined {
  // A string with the colon that makes it a key, or a bracket that opens or closes a scope.
  const landmark = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g;
  const scopes: Set<string>[] = [];
  for (let match = landmark.exec(text); match !== null; match = landmark.exec(text)) {
    const [whole, key, colon] = match;
    if (key === undefined) {
      if (whole === '{') scopes.push(new Set());
      else scopes.pop();
    } else if (colon !== undefined) {
      const keys = scopes[scopes.length - 1]!;
      // One key can be spelt in several ways: "a" is also "\u0061".
      const name = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
      if (keys.has(name)) return key;
      keys.add(name);
    }
  }
  return undefined;
}
