import type { TypeCounts } from '../../segmentation/index.js';
import type { WordVocabulary } from './wordVocabulary.js';

/**
 * How much the words of a vocabulary tell documents apart: ln((1 + documents) / (1 + documents with the word)) + 1, as in
 * scikit-learn. As the weights of `bagOfWords` they make its counts tf-idf.
 *
 * Special tokens weigh 0: which words became the unknown token says nothing about a document.
 *
 * @returns [vocabSize], in nats, plus 1
 * @see Spärck Jones 1972, https://doi.org/10.1108/eb026526
 */
export function inverseDocumentFrequencies(
  vocabulary: WordVocabulary,
  counts: Pick<TypeCounts, 'documents' | 'documentFrequencies'>,
): Float32Array {
  const weights = new Float32Array(vocabulary.vocabSize);
  for (const [word, id] of vocabulary.entries()) {
    if (vocabulary.specialTokens.has(word)) continue;
    weights[id] = Math.log((1 + counts.documents) / (1 + (counts.documentFrequencies.get(word) ?? 0))) + 1;
  }
  return weights;
}
