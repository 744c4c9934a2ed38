import { readFileSync } from 'node:fs';
import { createDictionarySegmenter, readJiebaDictionary, type WordSegmenter } from 'sesame-nlp/segmentation';

export function readFixture(path: string): string {
  return readFileSync(new URL(`../fixtures/segmentation/${path}`, import.meta.url), 'utf8');
}

/** A segmenter of a part of jieba's dictionary. */
export function jieba() {
  return createDictionarySegmenter({ words: readJiebaDictionary(readFixture('dictionary.txt')) });
}

/** The segments of a text as strings, what is between words included. */
export function piecesOf(segmenter: WordSegmenter, text: string): string[] {
  return Array.from(segmenter.segment(text), ({ start, end }) => text.slice(start, end));
}
