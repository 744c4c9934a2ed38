import { addedTokenFinder } from './addedTokenFinder.js';
import { type AddedToken, AddedTokens } from './addedTokens.js';
import { composeEncoder } from './composeEncoder.js';
import { ByteLevelDecoder, ByteLevelTokenDecoder } from './decoders/byteLevel.js';
import { TokenDecoder } from './decoders/tokenDecoder.js';
import { MappedText } from './mappedText.js';
import type { Decoder, Json, Model, Normalizer, PostProcessorOf, PreTokenizer, TokenVocabulary } from './pipeline.js';
import { PipelineTokenizer } from './pipelineTokenizer.js';
import { readTemplate } from './postProcessors/template.js';

/** Checked parts of a tokenizer. */
export interface ComposedParts {
  readonly normalizer: Normalizer | undefined;
  readonly preTokenizer: PreTokenizer | undefined;
  readonly model: Model;
  readonly postProcessor: PostProcessorOf | undefined;
  readonly decoder: Decoder | undefined;
  readonly addedTokens: readonly AddedToken[];
  /** The tokens of the model and the added ones. */
  readonly vocabulary: TokenVocabulary;
  /** Sections of tokenizer.json that are written as they were read. */
  readonly kept?: { readonly truncation: Json; readonly padding: Json };
}

/** The tokenizer of the parts. */
export function composeTokenizer(parts: ComposedParts): PipelineTokenizer {
  const { normalizer, preTokenizer, model, postProcessor, decoder, vocabulary, kept } = parts;
  const addedTokens = new AddedTokens(parts.addedTokens, (tokens) =>
    addedTokenFinder(tokens.filter((token) => !token.normalized || normalizer === undefined)),
  );
  const encoder = composeEncoder({
    normalizer,
    preTokenizer,
    model,
    addedTokens: normalizer && normalizedTokens(parts.addedTokens, normalizer),
    specialIds: new Set(addedTokens.special().values()),
  });
  return new PipelineTokenizer({
    vocabulary,
    addedTokens,
    encoder: {
      encode: (text, start, end, pieces, parse) => encoder.encode(text, start, end, pieces, parse),
      toJson: () => ({ ...kept, ...encoder.toJson() }),
    },
    postProcessor: postProcessor?.(vocabulary) ?? readTemplate(undefined, vocabulary, 'template'),
    decoder:
      decoder instanceof ByteLevelTokenDecoder
        ? new ByteLevelDecoder(vocabulary, addedTokens)
        : new TokenDecoder(decoder, vocabulary),
  });
}

/** The added tokens that are looked for in the normalized text, as the normalizer writes them; undefined if none are. */
function normalizedTokens(tokens: readonly AddedToken[], normalizer: Normalizer): AddedTokens | undefined {
  const normalized = tokens
    .filter((token) => token.normalized)
    .map((token) => ({ ...token, content: normalizer.normalize(MappedText.of(token.content)).text }));
  return normalized.length === 0 ? undefined : new AddedTokens(normalized, addedTokenFinder);
}
