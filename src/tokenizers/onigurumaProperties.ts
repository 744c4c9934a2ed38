/** Classes that Oniguruma names and JavaScript does not, as members of a class. */
const MEMBERS: Readonly<Record<string, string>> = {
  alnum: '\\p{Alphabetic}\\p{Nd}',
  alpha: '\\p{Alphabetic}',
  any: '\\s\\S',
  ascii: '\\0-\\x7f',
  blank: '\\t\\p{Zs}',
  cntrl: '\\p{Cc}',
  digit: '\\p{Nd}',
  lower: '\\p{Lowercase}',
  punct: '\\p{P}\\p{S}',
  space: '\\p{White_Space}',
  upper: '\\p{Uppercase}',
  word: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}',
  xdigit: '0-9A-Fa-f',
};

/**
 * What Oniguruma calls by a name, as members of a JavaScript class: a POSIX class, a general category, a property or a
 * script. Letter case, spaces, hyphens and underscores in the name do not matter.
 *
 * @returns undefined if JavaScript has no such property
 */
export function onigurumaProperty(name: string): string | undefined {
  const plain = name.toLowerCase().replace(/[ _-]/g, '');
  if (Object.hasOwn(MEMBERS, plain)) return MEMBERS[plain]!;
  if (!/^[\w -]+$/.test(name)) return undefined;
  const words = name.toLowerCase().split(/[ _-]/);
  const titled = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('_');
  for (const spelling of [name, titled, name.toUpperCase()]) {
    for (const property of [spelling, `Script=${spelling}`]) {
      if (isProperty(property)) return `\\p{${property}}`;
    }
  }
  return undefined;
}

function isProperty(property: string): boolean {
  try {
    new RegExp(`\\p{${property}}`, 'u');
    return true;
  } catch {
    return false;
  }
}
