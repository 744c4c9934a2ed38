import { MappedTextBuilder } from '../mappedText.js';
import { matcherOf, type Pattern } from '../pattern.js';
import type { Normalizer } from '../pipeline.js';

/**
 * Puts something else in the place of every match of a pattern.
 *
 * @throws TokenizerError if the pattern is empty, or an expression that is not supported
 */
export function replaceNormalizer(pattern: Pattern, content: string): Normalizer {
  const matcher = matcherOf(pattern, 'replaceNormalizer');
  const isUnitForUnit = typeof pattern === 'string' && pattern.length === 1 && content.length === 1;
  return {
    normalize: (text) => {
      if (isUnitForUnit) {
        return text.text.includes(pattern) ? text.respelt(text.text.replaceAll(pattern, () => content)) : text;
      }
      let builder: MappedTextBuilder | undefined;
      let kept = 0;
      matcher.find(text.text, (start, end) => {
        builder ??= new MappedTextBuilder(text);
        builder.keep(kept, start);
        builder.put(content, start, end);
        kept = end;
      });
      if (builder === undefined) return text;
      builder.keep(kept, text.length);
      return builder.build();
    },
    toJson: () => ({ type: 'Replace', pattern: matcher.toJson(), content }),
  };
}
