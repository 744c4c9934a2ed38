// attention forward. The softmax is made on the way over the keys: whenever a row's maximum grows, what was summed so far
// is corrected (Milakov and Gimelshein 2018, https://arxiv.org/abs/1805.02867; Dao et al. 2022,
// https://arxiv.org/abs/2205.14135).
import {
  type AttentionVariant,
  addWeighted,
  attentionRows,
  chunksOf,
  FOUR,
  loaders,
  products,
  scoring,
  storeWeights,
  TILE,
  TILE_MEMORY,
  writer,
  writeSums,
} from './attentionTileSource.js';
import { type Rows, reader } from './rowReader.js';

/** The context, [slices, queries, valueSize]; a workgroup to 32 queries of a slice. */
export function contextSource(variant: AttentionVariant): string {
  const { query, key, value } = attentionRows(variant);
  return `
    ${[query, key, value].map(reader).join('')}
    ${writer(value.size)}
    ${scoring(variant)}
    ${TILE_MEMORY}
    ${LANE_MEMORY}
    ${loaders({ left: [query], right: [key, value] })}
    ${products('queryKeyProducts', query, key)}

    fn run(workgroup : i32, lane : i32) {
      var sums = array<vec4<f32>, ${4 * chunksOf(value.size)}>();
      ${softmaxOverKeys(variant, value)}
      ${writeSums(value.size, 'queries', (i) => `1.0 / select(totals[${i}], 1.0, totals[${i}] == 0.0)`)}
    }`;
}

/**
 * What the gradients need of each query, [slices, queries, 4]: the largest score; 1 / the sum of the exponentials
 * relative to it; dy · context, which is the sum of a row of weights times their gradients; and a 0.
 */
export function statisticsSource(variant: AttentionVariant): string {
  const { query, key, dy, context } = attentionRows(variant);
  return `
    ${[query, key, dy, context].map(reader).join('')}
    ${scoring(variant)}
    ${TILE_MEMORY}
    ${LANE_MEMORY}
    ${loaders({ left: [query], right: [key] })}
    ${products('queryKeyProducts', query, key)}

    fn run(workgroup : i32, lane : i32) {
      ${softmaxOverKeys(variant)}
      ${FOUR.map(
        (i) => `
      {
        let row = slice * uniforms.queries + min(firstRow + 4 * down + ${i}, uniforms.queries - 1);
        var along = 0.0;
        for (var place = across; 4 * place < ${dy.size}; place += 8) {
          along += dot(dyAt(row, place), contextAt(row, place));
        }
        laneMaxima[${laneOfRow(i)} + across] = along;
      }`,
      ).join('')}
      workgroupBarrier();
      ${FOUR.map(
        (i) => `
      if (across == 0 && slice < uniforms.slices && firstRow + 4 * down + ${i} < uniforms.queries) {
        var along = 0.0;
        for (var other = 0; other < 8; other++) {
          along += laneMaxima[${laneOfRow(i)} + other];
        }
        result[slice * uniforms.queries + firstRow + 4 * down + ${i}] =
          vec4<f32>(highest[${i}], 1.0 / select(totals[${i}], 1.0, totals[${i}] == 0.0), along, 0.0);
      }`,
      ).join('')}
    }`;
}

/** A number from each invocation for each of its rows. */
const LANE_MEMORY = `
    var<workgroup> laneMaxima : array<f32, ${TILE * 8}>;
    var<workgroup> laneTotals : array<f32, ${TILE * 8}>;
    var<workgroup> causalEnd : i32;`;

const laneOfRow = (i: number) => `(4 * down + ${i}) * 8`;

/**
 * Goes over the keys of 32 queries, block by block. In `highest` is then the largest score of each of an invocation's 4
 * rows, in `totals` the sum of the exponentials relative to it, in `sums` that of the rows weighed by these.
 */
function softmaxOverKeys(variant: AttentionVariant, weighted?: Rows): string {
  const { causal, dropout } = variant;
  const sums = weighted === undefined ? 0 : chunksOf(weighted.size);
  return `
      let down = lane / 8;
      let across = lane % 8;
      let queryBlocks = (uniforms.queries + ${TILE - 1}) / ${TILE};
      let slice = workgroup / queryBlocks;
      let firstRow = workgroup % queryBlocks * ${TILE};
      ${causal ? CAUSAL_END : `let end = (uniforms.keys + ${TILE - 1}) / ${TILE};`}
      var highest = vec4<f32>(LOWEST);
      var totals = vec4<f32>();
      for (var block = 0; block < end; block++) {
        let firstColumn = block * ${TILE};
        let products = queryKeyProducts(slice, firstRow, firstColumn, lane);
        ${FOUR.map(
          (i) => `
        let scores${i} = vec4<f32>(
          ${FOUR.map(
            (j) => `scoreOf(products[${i}][${j}], slice, firstRow + 4 * down + ${i}, firstColumn + across + ${8 * j})`,
          ).join(',\n')});
        laneMaxima[${laneOfRow(i)} + across] =
          max(max(scores${i}.x, scores${i}.y), max(scores${i}.z, scores${i}.w));`,
        ).join('')}
        workgroupBarrier();
        ${FOUR.map(
          (i) => `
        {
          var next = highest[${i}];
          for (var other = 0; other < 8; other++) {
            next = max(next, laneMaxima[${laneOfRow(i)} + other]);
          }
          let correction = exp(highest[${i}] - next);
          highest[${i}] = next;
          totals[${i}] *= correction;
          ${Array.from({ length: sums }, (_, chunk) => `sums[${4 * chunk + i}] *= correction;`).join('\n')}
          let exponentials = select(exp(scores${i} - next), vec4<f32>(), scores${i} == vec4<f32>(HIDDEN));
          laneTotals[${laneOfRow(i)} + across] = dot(exponentials, vec4<f32>(1.0));
          ${weighted === undefined ? '' : storeWeights(i, dropout ? droppedOut('exponentials', i) : 'exponentials')}
        }`,
        ).join('')}
        workgroupBarrier();
        for (var other = 0; other < 8; other++) {
          ${FOUR.map((i) => `totals[${i}] += laneTotals[${laneOfRow(i)} + other];`).join('\n')}
        }
        ${weighted === undefined ? '' : addWeighted(weighted)}
      }`;
}

/** The blocks of keys up to the last that the last of the queries sees. */
const CAUSAL_END = `
      if (lane == 0) {
        let lastQuery = min(firstRow + ${TILE - 1}, uniforms.queries - 1);
        causalEnd = max(0, lastQuery + uniforms.keys - uniforms.queries + ${TILE}) / ${TILE};
      }
      let end = workgroupUniformLoad(&causalEnd);`;

/** An invocation's weights of one row, with some of them dropped. */
function droppedOut(weights: string, i: number): string {
  const factors = FOUR.map((j) => `dropoutFactor(slice, firstRow + 4 * down + ${i}, firstColumn + across + ${8 * j})`);
  return `(${weights} * vec4<f32>(${factors.join(', ')}))`;
}
