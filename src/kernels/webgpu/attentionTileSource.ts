// The WGSL that attention's shaders share. A workgroup works on 32 rows (queries, or keys in a gradient) and goes over
// what they meet in blocks of 32 columns, so that a tile of 32 x 32 scores is all that exists of the [queries, keys]
// matrix. Its 64 invocations stand in a square of 8 by 8; each holds the scores of 4 rows and 4 columns:
//
//   rows 4 down + i, columns across + 8 j, with down = lane / 8, across = lane % 8, i and j in 0..3

import { isVector, type Rows } from './rowReader.js';

/** Rows and columns of a tile. */
export const TILE = 32;
/** Invocations of a workgroup. */
export const LANES = 64;
/** vec4s between the starts of two rows of a loaded tile: 8, and one that keeps lanes off each other's memory banks. */
const STRIDE = 9;
/** Numbers between the starts of two rows of a tile of weights. */
const WEIGHTS_STRIDE = 33;
/** i and j of the scores of an invocation: written out, so that arrays become registers. */
export const FOUR = [0, 1, 2, 3] as const;

/** What a shader of attention depends on. */
export type AttentionVariant = {
  readonly headSize: number;
  readonly valueSize: number;
  readonly causal: boolean;
  readonly masked: boolean;
  readonly biased: boolean;
  readonly dropout: boolean;
};

/** An input with rows, and the uniform that counts them in a slice (a head of a text). */
export interface CountedRows extends Rows {
  readonly count: 'queries' | 'keys';
}

/** The inputs of attention and of its gradient. */
export function attentionRows({ headSize, valueSize }: AttentionVariant) {
  const rows = (name: string, size: number, count: CountedRows['count']): CountedRows => ({ name, size, count });
  return {
    query: rows('query', headSize, 'queries'),
    key: rows('key', headSize, 'keys'),
    value: rows('value', valueSize, 'keys'),
    dy: rows('dy', valueSize, 'queries'),
    context: rows('context', valueSize, 'queries'),
  };
}

/** Pieces of 32 numbers that a row has, the last perhaps shorter. */
export function chunksOf(size: number): number {
  return Math.ceil(size / TILE);
}

/** `write(row, place, four)`: four numbers of a row of the output from 4 place, as far as the row goes. */
export function writer(size: number): string {
  const body = isVector(size)
    ? `
      if (4 * place < ${size}) {
        result[row * ${size / 4} + place] = four;
      }`
    : `
      for (var i = 0; i < 4 && 4 * place + i < ${size}; i++) {
        result[row * ${size} + 4 * place + i] = four[i];
      }`;
  return `
    fn write(row : i32, place : i32, four : vec4<f32>) {
      ${body}
    }`;
}

/**
 * Which keys a query sees, and what becomes of a score: `sees`, `scoreOf` and `dropoutFactor`. A hidden key's score is
 * HIDDEN, a number that no other score is.
 */
export function scoring({ causal, masked, biased, dropout }: Omit<AttentionVariant, 'headSize' | 'valueSize'>): string {
  const conditions = [
    'query < uniforms.queries',
    'key < uniforms.keys',
    ...(causal ? ['key - query <= uniforms.keys - uniforms.queries'] : []),
    ...(masked ? ['f32(mask[slice / uniforms.heads * uniforms.keys + key]) != 0.0'] : []),
  ];
  const biasAt = `f32(bias[
        slice / uniforms.heads * uniforms.biasBatch + slice % uniforms.heads * uniforms.biasHead +
        query * uniforms.biasQuery + key * uniforms.biasKey])`;
  return `
    const HIDDEN = -3.4e38;
    // Above HIDDEN, below any score: where the search for a row's maximum starts.
    const LOWEST = -3.0e38;

    fn sees(slice : i32, query : i32, key : i32) -> bool {
      return ${conditions.map((condition) => `(${condition})`).join(' & ')};
    }

    fn scoreOf(product : f32, slice : i32, query : i32, key : i32) -> f32 {
      return select(HIDDEN, product * uniforms.scale${biased ? ` + ${biasAt}` : ''}, sees(slice, query, key));
    }
    ${dropout ? DROPOUT : ''}`;
}

/** The factor of a weight, from the same hash of seed and place as `dropoutMask` of the ops. */
const DROPOUT = `
    fn dropoutFactor(slice : i32, query : i32, key : i32) -> f32 {
      let place = (u32(slice) * u32(uniforms.queries) + u32(query)) * u32(uniforms.keys) + u32(key);
      var hash = uniforms.dropoutSeed + place * 0x9e3779b9u;
      hash = (hash ^ (hash >> 16u)) * 0x85ebca6bu;
      hash = (hash ^ (hash >> 13u)) * 0xc2b2ae35u;
      hash = hash ^ (hash >> 16u);
      return select(0.0, uniforms.dropoutScale, hash >= uniforms.dropoutThreshold);
    }`;

/** The memory that a workgroup shares: 32 numbers of the rows and of the columns, and a tile of weights. */
export const TILE_MEMORY = `
    alias Scores = array<vec4<f32>, 4>;
    var<workgroup> left : array<vec4<f32>, ${TILE * STRIDE}>;
    var<workgroup> right : array<vec4<f32>, ${TILE * STRIDE}>;
    var<workgroup> weights : array<f32, ${TILE * WEIGHTS_STRIDE}>;`;

/** The functions that load 32 numbers of 32 rows from `first` to a side, with zeros past the last row. */
export function loaders(sides: {
  readonly left: readonly CountedRows[];
  readonly right: readonly CountedRows[];
}): string {
  const of = (side: 'left' | 'right') => [...new Set(sides[side])].map((rows) => loader(side, rows)).join('');
  return of('left') + of('right');
}

function loader(side: 'left' | 'right', { name, count }: CountedRows): string {
  return `
    fn ${loaderName(side, name)}(slice : i32, first : i32, chunk : i32, lane : i32) {
      for (var i = lane; i < ${TILE * 8}; i += ${LANES}) {
        let row = first + i / 8;
        var four = vec4<f32>();
        if (row < uniforms.${count}) {
          four = ${name}At(slice * uniforms.${count} + row, chunk * 8 + i % 8);
        }
        ${side}[i / 8 * ${STRIDE} + i % 8] = four;
      }
    }`;
}

/** A function of this name that gives a tile of products of rows: of each row from `firstRow` with each column. */
export function products(name: string, rows: CountedRows, columns: CountedRows): string {
  return `
    fn ${name}(slice : i32, firstRow : i32, firstColumn : i32, lane : i32) -> Scores {
      let down = lane / 8;
      let across = lane % 8;
      var sums = Scores();
      for (var chunk = 0; chunk < ${chunksOf(rows.size)}; chunk++) {
        ${loaderName('left', rows.name)}(slice, firstRow, chunk, lane);
        ${loaderName('right', columns.name)}(slice, firstColumn, chunk, lane);
        workgroupBarrier();
        for (var place = 0; place < 8; place++) {
          ${FOUR.map((j) => `let column${j} = right[(across + ${8 * j}) * ${STRIDE} + place];`).join('\n')}
          ${FOUR.map(
            (i) => `
          let row${i} = left[(4 * down + ${i}) * ${STRIDE} + place];
          sums[${i}] += vec4<f32>(${FOUR.map((j) => `dot(row${i}, column${j})`).join(', ')});`,
          ).join('')}
        }
        workgroupBarrier();
      }
      return sums;
    }`;
}

/** Puts the weights of a row of an invocation's scores, a vec4, into the shared tile. */
export function storeWeights(i: number, weights: string): string {
  return FOUR.map((j) => `weights[(4 * down + ${i}) * ${WEIGHTS_STRIDE} + across + ${8 * j}] = ${weights}[${j}];`).join(
    '\n',
  );
}

/** Adds the shared tile of weights times 32 rows to `sums`, an array with a vec4 for each chunk and each of 4 rows. */
export function addWeighted({ name, size }: Rows): string {
  return Array.from(
    { length: chunksOf(size) },
    (_, chunk) => `
      ${loaderName('right', name)}(slice, firstColumn, ${chunk}, lane);
      workgroupBarrier();
      for (var column = 0; column < ${TILE}; column++) {
        let four = right[column * ${STRIDE} + across];
        ${FOUR.map((i) => `sums[${4 * chunk + i}] += weights[(4 * down + ${i}) * ${WEIGHTS_STRIDE} + column] * four;`).join('\n')}
      }
      workgroupBarrier();`,
  ).join('');
}

/** The entry of the shared tile of weights in a row and a column. */
export function weightAt(row: string, column: string): string {
  return `weights[(${row}) * ${WEIGHTS_STRIDE} + ${column}]`;
}

/** Writes `sums`, each row times what `factor` says. */
export function writeSums(size: number, count: CountedRows['count'], factor: (i: number) => string): string {
  return FOUR.map(
    (i) => `
      if (slice < uniforms.slices && firstRow + 4 * down + ${i} < uniforms.${count}) {
        let row = slice * uniforms.${count} + firstRow + 4 * down + ${i};
        let factor = ${factor(i)};
        ${Array.from(
          { length: chunksOf(size) },
          (_, chunk) => `write(row, ${8 * chunk} + across, sums[${4 * chunk + i}] * factor);`,
        ).join('\n')}
      }`,
  ).join('');
}

function loaderName(side: string, name: string): string {
  return `load${capitalized(side)}${capitalized(name)}`;
}

function capitalized(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}
