import type { Decoder } from '../pipeline.js';

/** Decoders one after the other: each takes the tokens that the one before gives. */
export function sequenceDecoder(decoders: readonly Decoder[]): Decoder {
  return {
    start: (next) => decoders.reduceRight((sink, decoder) => decoder.start(sink), next),
    toJson: () => ({ type: 'Sequence', decoders: decoders.map((decoder) => decoder.toJson()) }),
  };
}
