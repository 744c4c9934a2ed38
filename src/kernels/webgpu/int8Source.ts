// The WGSL of products with 8-bit weights. Their codes lie in panels [ceil(outputs / 4), ceil(inputs / 16), 4, 16], and
// four of them in an i32, a word: the 16 codes of an output and a step are one vec4<i32>.
import { ACTIVATIONS, valueType } from './activationSource.js';
import type { LinearActivation } from './linearSource.js';
import { reader } from './rowReader.js';

/** Outputs of a panel. */
export const OUTPUTS = 4;
/** Inputs of a step. */
export const STEP = 16;
/** Invocations of a workgroup: a few of them share the inputs of each output of a panel. */
export const INT8_LANES = 64;

/** What the shader of a product depends on. */
export type Int8ProductVariant = {
  readonly inputs: number;
  /** Rows of x. The weights are read once for all of them. */
  readonly rows: number;
  readonly activation: LinearActivation;
  readonly biased: boolean;
  readonly added: boolean;
};

/** activation(x · weights + bias + residual), [rows, outputs]; a workgroup to a panel. */
export function int8ProductSource({ inputs, rows, activation, biased, added }: Int8ProductVariant): string {
  const steps = Math.ceil(inputs / STEP);
  const eachRow = (line: (row: number) => string) => Array.from({ length: rows }, (_, row) => line(row)).join('\n');
  const terms = [
    'parts[lane] * scales[output]',
    ...(biased ? ['f32(bias[output])'] : []),
    ...(added ? ['f32(residual[place])'] : []),
  ];
  return `
    ${valueType(false)}
    ${activation === 'none' ? '' : ACTIVATIONS[activation]}
    ${reader({ name: 'x', size: inputs })}
    ${CODES_OF_WORD}
    var<workgroup> parts : array<f32, ${INT8_LANES}>;

    fn run(panel : i32, lane : i32) {
      ${eachRow((row) => `var sum${row} = 0.0;`)}
      // Neighbours in a workgroup read neighbours in memory: one output each of a step, then of the ${INT8_LANES / OUTPUTS}th step after it.
      for (var step = lane / ${OUTPUTS}; step < ${steps}; step += ${INT8_LANES / OUTPUTS}) {
        let packed = words[(panel * ${steps} + step) * ${OUTPUTS} + lane % ${OUTPUTS}];
        for (var i = 0; i < 4; i++) {
          let codes = codesOf(packed[i]);
          ${eachRow((row) => `sum${row} += dot(codes, xAt(${row}, 4 * step + i));`)}
        }
      }
      let output = panel * ${OUTPUTS} + lane;
      ${eachRow(
        (row) => `
      parts[lane] = sum${row};
      workgroupBarrier();
      for (var width = ${INT8_LANES / 2}; width >= ${OUTPUTS}; width /= 2) {
        if (lane < width) {
          parts[lane] += parts[lane + width];
        }
        workgroupBarrier();
      }
      if (lane < ${OUTPUTS} && output < uniforms.outputs) {
        let place = ${row} * uniforms.outputs + output;
        result[place] = ${activation === 'none' ? '' : activation}(${terms.join(' + ')});
      }
      workgroupBarrier();`,
      )}
    }`;
}

/** What a shader that turns codes into floats depends on. */
export type Int8FloatsVariant = {
  /** Whether it gives outputs by their numbers `ids` instead of all. */
  readonly byIds: boolean;
  /** Whether the inputs of an output lie side by side in the result, or the outputs of an input. */
  readonly inputsLast: boolean;
};

/** Weights as floats, [outputs, inputs] or [inputs, outputs]; an invocation to a number. */
export function int8FloatsSource({ byIds, inputsLast }: Int8FloatsVariant): string {
  return `
    fn run(workgroup : i32, lane : i32) {
      let entry = workgroup * ${INT8_LANES} + lane;
      if (entry < uniforms.outputs * uniforms.inputs) {
        let row = ${inputsLast ? 'entry / uniforms.inputs' : 'entry % uniforms.outputs'};
        let input = ${inputsLast ? 'entry % uniforms.inputs' : 'entry / uniforms.outputs'};
        let output = ${byIds ? 'i32(ids[row])' : 'row'};
        let steps = (uniforms.inputs + ${STEP - 1}) / ${STEP};
        let start = (output / ${OUTPUTS} * steps + input / ${STEP}) * ${OUTPUTS} + output % ${OUTPUTS};
        let word = words[start * ${STEP / 4} + input % ${STEP} / 4];
        result[entry] = f32(extractBits(word, u32(input % 4 * 8), 8u)) * scales[output];
      }
    }`;
}

/** Bytes that take an i32 each into words of four; an invocation to a word. */
export function int8WordsSource(): string {
  return `
    fn run(workgroup : i32, lane : i32) {
      let word = workgroup * ${INT8_LANES} + lane;
      if (word < uniforms.words) {
        result[word] = ${[0, 1, 2, 3].map((i) => `((codes[4 * word + ${i}] & 255) << ${8 * i}u)`).join(' | ')};
      }
    }`;
}

/** The four signed numbers of a word: each is moved to the top, then back with its sign. */
const CODES_OF_WORD = `
    fn codesOf(word : i32) -> vec4<f32> {
      return vec4<f32>((vec4<i32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u));
    }`;
