import { ACTIVATIONS, type ActivationName, ENTRY_LANES, valueType } from './activationSource.js';

/** What `linear` applies at the end. */
export type LinearActivation = ActivationName | 'none';

/** What the shader depends on. */
export type LinearEndVariant = {
  readonly activation: LinearActivation;
  readonly biased: boolean;
  readonly added: boolean;
  /** Whether an invocation has four entries. */
  readonly vector: boolean;
};

/** activation(product + bias + residual), [rows, columns]; an invocation to an entry or to four. */
export function linearEndSource({ activation, biased, added, vector }: LinearEndVariant): string {
  const terms = [
    'product[entry]',
    ...(biased ? ['Value(bias[entry % uniforms.columns])'] : []),
    ...(added ? ['Value(residual[entry])'] : []),
  ];
  return `
    ${valueType(vector)}
    ${activation === 'none' ? '' : ACTIVATIONS[activation]}

    fn run(workgroup : i32, lane : i32) {
      let entry = workgroup * ${ENTRY_LANES} + lane;
      if (entry < uniforms.entries) {
        result[entry] = ${activation === 'none' ? '' : activation}(${terms.join(' + ')});
      }
    }`;
}
