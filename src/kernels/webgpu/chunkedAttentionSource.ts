// The WGSL of attention of one query over keys and values that lie in several chunks. A shader reads a few chunks; the
// scores, and the sums of values, of more are made by several shaders, one after the other into one tensor.
import { scoring } from './attentionTileSource.js';
import { reader } from './rowReader.js';

/** Invocations of a workgroup, and keys that it makes scores of. */
export const SCORE_LANES = 64;
/** Invocations that share the scores of a query. */
export const SOFTMAX_LANES = 256;
/** Columns of the values that a workgroup sums. */
export const SUM_COLUMNS = 64;
/** Invocations that share a column's keys. */
const SUM_PARTS = 4;
/** Invocations of a workgroup that sums values. */
export const SUM_LANES = SUM_COLUMNS * SUM_PARTS;

/** What the shader of scores depends on. */
export type ScoresVariant = {
  /** Chunks that it reads: their keys are key0, key1, ... and their lengths the uniforms length0, length1, ... */
  readonly chunks: number;
  readonly headSize: number;
  readonly masked: boolean;
  readonly biased: boolean;
};

/** Scores of the chunks' keys, in [slices, keys] from the uniform `start` on; an invocation to a key of a slice. */
export function scoresSource({ chunks, headSize, masked, biased }: ScoresVariant): string {
  const keys = Array.from({ length: chunks }, (_, chunk) => `key${chunk}`);
  return `
    ${['query', ...keys].map((name) => reader({ name, size: headSize })).join('')}
    ${scoring({ causal: false, masked, biased, dropout: false })}

    fn run(workgroup : i32, lane : i32) {
      let length = ${keys.map((_, chunk) => `uniforms.length${chunk}`).join(' + ')};
      let blocks = (length + ${SCORE_LANES - 1}) / ${SCORE_LANES};
      let slice = workgroup / blocks;
      let place = workgroup % blocks * ${SCORE_LANES} + lane;
      if (slice < uniforms.slices && place < length) {
        var product = 0.0;
        var row = place; // within a chunk
        ${keys
          .map(
            (key, chunk) => `
        if (row >= 0 && row < uniforms.length${chunk}) {
          for (var i = 0; 4 * i < ${headSize}; i++) {
            product += dot(queryAt(slice, i), ${key}At(slice * uniforms.length${chunk} + row, i));
          }
        }
        row -= uniforms.length${chunk};`,
          )
          .join('')}
        let key = uniforms.start + place;
        result[slice * uniforms.keys + key] = scoreOf(product, slice, 0, key);
      }
    }`;
}

/** Weights, [slices, keys], of scores of which some are HIDDEN; a workgroup to a slice. */
export function softmaxSource(): string {
  return `
    const LANES = ${SOFTMAX_LANES};
    const HIDDEN = -3.4e38;
    var<workgroup> numbers : array<f32, LANES>;

    fn run(slice : i32, lane : i32) {
      let start = slice * uniforms.keys;
      var highest = HIDDEN;
      for (var key = lane; key < uniforms.keys; key += LANES) {
        highest = max(highest, scores[start + key]);
      }
      numbers[lane] = highest;
      workgroupBarrier();
      for (var width = LANES / 2; width > 0; width /= 2) {
        if (lane < width) {
          numbers[lane] = max(numbers[lane], numbers[lane + width]);
        }
        workgroupBarrier();
      }
      highest = numbers[0];
      workgroupBarrier();
      var total = 0.0;
      for (var key = lane; key < uniforms.keys; key += LANES) {
        let score = scores[start + key];
        total += select(exp(score - highest), 0.0, score == HIDDEN);
      }
      numbers[lane] = total;
      workgroupBarrier();
      for (var width = LANES / 2; width > 0; width /= 2) {
        if (lane < width) {
          numbers[lane] += numbers[lane + width];
        }
        workgroupBarrier();
      }
      total = numbers[0];
      if (slice < uniforms.slices) {
        for (var key = lane; key < uniforms.keys; key += LANES) {
          let score = scores[start + key];
          let weight = exp(score - highest) / select(total, 1.0, total == 0.0);
          result[start + key] = select(weight, 0.0, score == HIDDEN);
        }
      }
    }`;
}

/** What the shader that weighs values depends on. */
export type WeighingVariant = {
  /** Chunks that it reads: their values are value0, value1, ... and their lengths the uniforms length0, length1, ... */
  readonly chunks: number;
  readonly valueSize: number;
  /** Whether it adds to what is there already. */
  readonly further: boolean;
};

/** The sums of values times weights, [slices, valueSize]; a workgroup to some columns of a slice. */
export function weighingSource({ chunks, valueSize, further }: WeighingVariant): string {
  const blocks = Math.ceil(valueSize / SUM_COLUMNS);
  return `
    var<workgroup> parts : array<f32, ${SUM_LANES}>;

    fn run(workgroup : i32, lane : i32) {
      let slice = workgroup / ${blocks};
      let column = workgroup % ${blocks} * ${SUM_COLUMNS} + lane % ${SUM_COLUMNS};
      let readable = min(column, ${valueSize - 1});
      var sum = 0.0;
      var start = slice * uniforms.keys + uniforms.start;
      ${Array.from(
        { length: chunks },
        (_, chunk) => `
      for (var row = lane / ${SUM_COLUMNS}; row < uniforms.length${chunk}; row += ${SUM_PARTS}) {
        let entry = (slice * uniforms.length${chunk} + row) * ${valueSize} + readable;
        sum += weights[start + row] * f32(value${chunk}[entry]);
      }
      start += uniforms.length${chunk};`,
      ).join('')}
      parts[lane] = sum;
      workgroupBarrier();
      if (lane < ${SUM_COLUMNS} && slice < uniforms.slices && column < ${valueSize}) {
        let entry = slice * ${valueSize} + column;
        let whole = ${Array.from({ length: SUM_PARTS }, (_, part) => `parts[lane + ${part * SUM_COLUMNS}]`).join(' + ')};
        result[entry] = ${further ? 'result[entry] + ' : ''}whole;
      }
    }`;
}
