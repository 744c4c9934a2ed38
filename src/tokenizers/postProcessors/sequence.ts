import { TokenizerError } from '../../errors/index.js';
import type { PieceRows } from '../pieceRows.js';
import type { PostProcessorOf } from '../pipeline.js';
import { readTemplate } from './template.js';

/**
 * Post-processors one after the other. One of them may add tokens; the others see each text by itself.
 *
 * @throws TokenizerError if several add tokens
 */
export function sequencePostProcessor(parts: readonly PostProcessorOf[]): PostProcessorOf {
  return (vocabulary) => {
    const all = parts.map((part) => part(vocabulary));
    const adding = all.filter((part) => part.addedTokens(false) > 0 || part.addedTokens(true) > 0);
    if (adding.length > 1) {
      throw new TokenizerError(
        `sequencePostProcessor: ${adding.length} of its parts add tokens.\nLet one template say where all of them go.`,
        { value: adding.length },
      );
    }
    const joining = adding[0] ?? all.at(-1) ?? readTemplate(undefined, vocabulary, 'sequencePostProcessor');
    const others = all.filter((part) => part !== joining);
    const prepare = (text: PieceRows) => others.reduce((pieces, part) => part.apply(pieces, undefined, false), text);
    return {
      addedTokens: (hasPair) => joining.addedTokens(hasPair),
      apply: (first, second, addSpecialTokens) =>
        joining.apply(prepare(first), second && prepare(second), addSpecialTokens),
      toJson: () => ({ type: 'Sequence', processors: all.map((part) => part.toJson()) }),
    };
  };
}
