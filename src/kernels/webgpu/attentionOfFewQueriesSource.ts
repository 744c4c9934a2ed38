import { type AttentionVariant, attentionRows, scoring } from './attentionTileSource.js';
import { reader } from './rowReader.js';

/** Invocations of a workgroup, and keys that it sees at a time. */
export const FEW_QUERIES_LANES = 64;

/**
 * attention's context, [slices, queries, valueSize], a workgroup to one query: for texts that are written token by token,
 * of whose tiles only a row would be used. Each invocation makes the scores of every 64th key, then sums a column of the
 * values.
 */
export function fewQueriesSource(variant: AttentionVariant): string {
  const { query, key, value } = attentionRows(variant);
  const columns = Array.from({ length: Math.ceil(value.size / FEW_QUERIES_LANES) }, (_, i) => i * FEW_QUERIES_LANES);
  return `
    const LANES = ${FEW_QUERIES_LANES};
    ${[query, key].map(reader).join('')}
    ${scoring(variant)}
    var<workgroup> laneScores : array<f32, LANES>;
    var<workgroup> laneWeights : array<f32, LANES>;

    fn run(workgroup : i32, lane : i32) {
      let slice = workgroup / uniforms.queries;
      let row = workgroup % uniforms.queries;
      var highest = LOWEST;
      var total = 0.0; // of this invocation's keys
      ${columns.map((_, i) => `var sum${i} = 0.0;`).join(' ')}
      for (var first = 0; first < uniforms.keys; first += LANES) {
        let column = first + lane;
        var score = HIDDEN;
        if (sees(slice, row, column)) {
          var product = 0.0;
          for (var place = 0; 4 * place < ${query.size}; place++) {
            product += dot(queryAt(workgroup, place), keyAt(slice * uniforms.keys + column, place));
          }
          score = scoreOf(product, slice, row, column);
        }
        laneScores[lane] = score;
        workgroupBarrier();
        var next = highest;
        for (var other = 0; other < LANES; other++) {
          next = max(next, laneScores[other]);
        }
        let correction = exp(highest - next);
        highest = next;
        let exponential = select(exp(score - next), 0.0, score == HIDDEN);
        total = total * correction + exponential;
        laneWeights[lane] = exponential${variant.dropout ? ' * dropoutFactor(slice, row, column)' : ''};
        workgroupBarrier();
        let count = min(LANES, uniforms.keys - first);
        ${columns
          .map(
            (start, i) => `
        sum${i} *= correction;
        for (var other = 0; other < count; other++) {
          let entry = (slice * uniforms.keys + first + other) * ${value.size} + min(lane + ${start}, ${value.size - 1});
          sum${i} += laneWeights[other] * f32(value[entry]);
        }`,
          )
          .join('')}
      }
      laneScores[lane] = total;
      workgroupBarrier();
      total = 0.0;
      for (var other = 0; other < LANES; other++) {
        total += laneScores[other];
      }
      if (slice < uniforms.slices) {
        ${columns
          .map(
            (start, i) => `
        if (lane + ${start} < ${value.size}) {
          result[workgroup * ${value.size} + lane + ${start}] = sum${i} / select(total, 1.0, total == 0.0);
        }`,
          )
          .join('')}
      }
    }`;
}
