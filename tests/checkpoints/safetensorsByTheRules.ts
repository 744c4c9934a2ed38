// A second reader, written from the text of the format alone and sharing nothing with the library's: it judges what
// the library writes, and what it ought to have done with a damaged file. Slow and strict.

const bitsOf = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'].map(
    (name) => [name, 8] as const,
  ),
  ...['I16', 'U16', 'F16', 'BF16'].map((name) => [name, 16] as const),
  ...['I32', 'U32', 'F32'].map((name) => [name, 32] as const),
  ...['C64', 'F64', 'I64', 'U64'].map((name) => [name, 64] as const),
  ['F4', 4] as const,
  ['F6_E2M3', 6] as const,
  ['F6_E3M2', 6] as const,
]);

/** What the rules find in a file; `tensors` in the order of the header. */
export interface RuleBook {
  readonly tensors: [name: string, dtype: string, shape: number[], bytes: number[]][];
  readonly metadata: [key: string, value: string][];
}

/** @throws Error naming the broken rule */
export function readByTheRules(file: Uint8Array): RuleBook {
  rule(file.length >= 8, 'the length of the header');
  let length = 0n;
  for (let i = 7; i >= 0; i--) length = length * 256n + BigInt(file[i]!);
  rule(length <= 100_000_000n && 8n + length <= BigInt(file.length), 'header within the file and the limit');
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.slice(8, 8 + Number(length)));
  rule(text.startsWith('{'), 'header starts with {');

  const withoutStrings = text.replace(/"(?:[^"\\]|\\.)*"/gs, '');
  rule(/^[\s\d{}[\]:,]*$/.test(withoutStrings), 'numbers are unsigned integers, values strings, lists or objects');
  rule(!hasDuplicateKeys(text), 'no duplicate keys');
  const header = JSON.parse(text) as Record<string, unknown>;
  const data = file.slice(8 + Number(length));
  const metadata: [string, string][] = [];
  const tensors: RuleBook['tensors'] = [];
  const spans: [number, number][] = [];
  for (const [name, value] of Object.entries(header)) {
    rule(!/\p{Surrogate}/u.test(name), 'names are Unicode');
    rule(isObject(value), 'members are objects');
    if (name === '__metadata__') {
      for (const [key, entry] of Object.entries(value)) {
        rule(typeof entry === 'string' && !/\p{Surrogate}/u.test(key + entry), 'metadata is strings');
        metadata.push([key, entry]);
      }
      continue;
    }
    rule(Object.keys(value).sort().join() === 'data_offsets,dtype,shape', 'dtype, shape and data_offsets');
    const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
    rule(typeof dtype === 'string' && bitsOf.has(dtype), 'a known dtype');
    rule(isIntegers(shape) && shape.length <= 64, 'a shape of integers');
    rule(isIntegers(offsets) && offsets.length === 2, 'two offsets');
    let elements = 1;
    for (const size of shape) {
      elements *= size;
      rule(Number.isSafeInteger(elements), 'a countable size');
    }
    const [begin, end] = offsets as [number, number];
    rule((end - begin) * 8 === elements * bitsOf.get(dtype)!, 'shape times dtype is the length');
    spans.push([begin, end]);
    tensors.push([name, dtype, shape, [...data.slice(begin, end)]]);
  }
  spans.sort(([a, aEnd], [b, bEnd]) => a - b || aEnd - bEnd);
  let covered = 0;
  for (const [begin, end] of spans) {
    rule(begin === covered, 'no holes and no overlaps');
    covered = end;
  }
  rule(covered === data.length, 'the last offset is the end of the file');
  return { tensors, metadata };
}

/** Walks strings and brackets; a string before a colon is a key. */
function hasDuplicateKeys(text: string): boolean {
  const objects: Set<string>[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/gs)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, -1)) as string;
      if (objects.at(-1)?.has(key)) return true;
      objects.at(-1)?.add(key);
    }
  }
  return false;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIntegers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}

function rule(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`broken rule: ${what}`);
}
