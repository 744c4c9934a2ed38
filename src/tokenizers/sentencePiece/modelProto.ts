import { TokenizerError } from '../../errors/index.js';
import { type Field, readFields } from './protobuf.js';

/** What a piece is for. */
export type PieceType = 'normal' | 'unknown' | 'control' | 'userDefined' | 'unused' | 'byte';

/** A piece of a SentencePiece model. Its id is its index. */
export interface SentencePiece {
  readonly piece: string;
  readonly score: number;
  readonly type: PieceType;
}

/** What a spiece.model says. */
export interface ModelProto {
  readonly pieces: readonly SentencePiece[];
  readonly modelType: 'unigram' | 'bpe' | 'word' | 'char';
  /** Compiled rules of normalization; empty where text is taken as it is. */
  readonly characterMap: Uint8Array;
  /** Whether a text gets a space before it. */
  readonly addDummyPrefix: boolean;
  /** Whether white space at the ends of a text goes, and other runs of it become one space. */
  readonly removeExtraWhitespaces: boolean;
  /** Whether spaces are written as `▁`. */
  readonly escapeWhitespaces: boolean;
  /** Whether the space that a text gets stands after it. */
  readonly treatWhitespaceAsSuffix: boolean;
  readonly byteFallback: boolean;
}

const PIECE_TYPES: readonly (PieceType | undefined)[] = [
  undefined,
  'normal',
  'unknown',
  'control',
  'userDefined',
  'unused',
  'byte',
];
const MODEL_TYPES = [undefined, 'unigram', 'bpe', 'word', 'char'] as const;

/**
 * Reads a spiece.model, as SentencePiece's trainer writes it.
 *
 * @throws TokenizerError if the bytes are no such model
 * @see https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
 */
export function readModelProto(bytes: Uint8Array): ModelProto {
  const pieces: SentencePiece[] = [];
  let modelType: ModelProto['modelType'] = 'unigram';
  let characterMap = new Uint8Array();
  const flags = {
    addDummyPrefix: true,
    removeExtraWhitespaces: true,
    escapeWhitespaces: true,
    treatWhitespaceAsSuffix: false,
    byteFallback: false,
  };
  const trainer = (field: Field) => {
    if (field.number === 3) modelType = MODEL_TYPES[numberOf(field)] ?? wrong('model_type', field.value);
    if (field.number === 24) flags.treatWhitespaceAsSuffix = numberOf(field) !== 0;
    if (field.number === 35) flags.byteFallback = numberOf(field) !== 0;
  };
  const normalizer = (field: Field) => {
    if (field.number === 2) characterMap = Uint8Array.from(bytesOf(field));
    if (field.number === 3) flags.addDummyPrefix = numberOf(field) !== 0;
    if (field.number === 4) flags.removeExtraWhitespaces = numberOf(field) !== 0;
    if (field.number === 5) flags.escapeWhitespaces = numberOf(field) !== 0;
  };
  for (const field of readFields(bytes)) {
    if (field.number === 1) pieces.push(readPiece(bytesOf(field)));
    if (field.number === 2) for (const inner of readFields(bytesOf(field))) trainer(inner);
    if (field.number === 3) for (const inner of readFields(bytesOf(field))) normalizer(inner);
  }
  if (pieces.length === 0) wrong('pieces', 'none');
  return { pieces, modelType, characterMap, ...flags };
}

function readPiece(bytes: Uint8Array): SentencePiece {
  let piece = '';
  let score = 0;
  let type: PieceType = 'normal';
  for (const field of readFields(bytes)) {
    if (field.number === 1) piece = textOf(bytesOf(field));
    if (field.number === 2 && field.kind === 'float') score = field.value;
    if (field.number === 3) type = PIECE_TYPES[numberOf(field)] ?? wrong('type', field.value);
  }
  if (piece === '') wrong('piece', piece);
  if (!Number.isFinite(score)) wrong('score', score);
  return { piece, score, type };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return wrong('piece', 'not UTF-8');
  }
}

function bytesOf(field: Field): Uint8Array {
  return field.kind === 'bytes' ? field.value : wrong(`field ${field.number}`, field.kind);
}

function numberOf(field: Field): number {
  return field.kind === 'number' ? field.value : wrong(`field ${field.number}`, field.kind);
}

function wrong(name: string, value: unknown): never {
  throw new TokenizerError(
    `This is no SentencePiece model: its ${name} is ${String(value)}.\nPass the whole bytes of a spiece.model.`,
    { value },
  );
}
