// attention backward, from the weights P made again a tile at a time. With D the gradients of the weights, S those of the
// scores, and `factor` that of dropout:
//
//   D = factor · (dy valueᵀ), S = P · (D - dy · context), dQuery = scale · S key, dKey = scale · Sᵀ query,
//   dValue = (factor · P)ᵀ dy
//
// (Dao et al. 2022, https://arxiv.org/abs/2205.14135, appendix B.)
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
import { reader } from './rowReader.js';

/** What the shader of a gradient depends on. */
export type GradientVariant = AttentionVariant & { readonly of: 'query' | 'key' | 'value' };

/** The gradient of query, key or value, of its shape; a workgroup to 32 rows of a slice. */
export function gradientSource(variant: GradientVariant): string {
  const { of, causal } = variant;
  const { query, key, value, dy } = attentionRows(variant);
  const [rows, columns] = of === 'query' ? [query, key] : [key, query];
  const [slopeRows, slopeColumns] = of === 'query' ? [dy, value] : [value, dy];
  const addend = { query: key, key: query, value: dy }[of];
  const ofScores = of !== 'value';
  const entry = (i: number, j: number) => {
    const [row, column] = [`firstRow + 4 * down + ${i}`, `firstColumn + across + ${8 * j}`];
    const [queryPlace, keyPlace] = of === 'query' ? [row, column] : [column, row];
    return ofScores
      ? `scoreGradient(scores[${i}][${j}], slopes[${i}][${j}], slice, ${queryPlace}, ${keyPlace})`
      : `droppedWeight(scores[${i}][${j}], slice, ${queryPlace}, ${keyPlace})`;
  };
  return `
    ${(ofScores ? [query, key, value, dy] : [query, key, dy]).map(reader).join('')}
    ${writer(addend.size)}
    ${scoring(variant)}
    ${ofScores ? scoreGradient(variant) : droppedWeight(variant)}
    ${TILE_MEMORY}
    var<workgroup> causalBound : i32;
    ${loaders(
      ofScores
        ? { left: [rows, slopeRows], right: [columns, slopeColumns, addend] }
        : { left: [rows], right: [columns, addend] },
    )}
    ${products('productsOfScores', rows, columns)}
    ${ofScores ? products('productsOfSlopes', slopeRows, slopeColumns) : ''}

    fn run(workgroup : i32, lane : i32) {
      let down = lane / 8;
      let across = lane % 8;
      let rowBlocks = (uniforms.${rows.count} + ${TILE - 1}) / ${TILE};
      let slice = workgroup / rowBlocks;
      let firstRow = workgroup % rowBlocks * ${TILE};
      ${columnBlocks(of, causal)}
      var sums = array<vec4<f32>, ${4 * chunksOf(addend.size)}>();
      for (var block = start; block < end; block++) {
        let firstColumn = block * ${TILE};
        let scores = productsOfScores(slice, firstRow, firstColumn, lane);
        ${ofScores ? 'let slopes = productsOfSlopes(slice, firstRow, firstColumn, lane);' : ''}
        ${FOUR.map(
          (i) => `
        let entries${i} = vec4<f32>(
          ${FOUR.map((j) => entry(i, j)).join(',\n')});
        ${storeWeights(i, `entries${i}`)}`,
        ).join('')}
        workgroupBarrier();
        ${addWeighted(addend)}
      }
      ${writeSums(addend.size, rows.count, () => (ofScores ? 'uniforms.scale' : '1.0'))}
    }`;
}

/** `scoreGradient`: an entry of S, from those of scores and slopes before scale, bias and masks. */
export function scoreGradient({ dropout }: AttentionVariant): string {
  return `
    fn scoreGradient(product : f32, slope : f32, slice : i32, query : i32, key : i32) -> f32 {
      let score = scoreOf(product, slice, query, key);
      let row = statistics[slice * uniforms.queries + query];
      let entry = exp(score - row.x) * row.y * (slope${dropout ? ' * dropoutFactor(slice, query, key)' : ''} - row.z);
      return select(entry, 0.0, score == HIDDEN);
    }`;
}

/** `droppedWeight`: an entry of factor · P. */
function droppedWeight({ dropout }: AttentionVariant): string {
  return `
    fn droppedWeight(product : f32, slice : i32, query : i32, key : i32) -> f32 {
      let score = scoreOf(product, slice, query, key);
      let row = statistics[slice * uniforms.queries + query];
      let entry = exp(score - row.x) * row.y${dropout ? ' * dropoutFactor(slice, query, key)' : ''};
      return select(entry, 0.0, score == HIDDEN);
    }`;
}

/** The blocks of columns that 32 rows have to do with: a query with the keys that it sees, a key the other way round. */
function columnBlocks(of: GradientVariant['of'], causal: boolean): string {
  const bound =
    of === 'query'
      ? `max(0, min(firstRow + ${TILE - 1}, uniforms.queries - 1) + uniforms.keys - uniforms.queries + ${TILE}) / ${TILE}`
      : `max(0, firstRow - uniforms.keys + uniforms.queries) / ${TILE}`;
  const all = `(uniforms.${of === 'query' ? 'keys' : 'queries'} + ${TILE - 1}) / ${TILE}`;
  if (!causal) return `let start = 0; let end = ${all};`;
  return `
      if (lane == 0) {
        causalBound = ${bound};
      }
      let start = ${of === 'query' ? '0' : 'workgroupUniformLoad(&causalBound)'};
      let end = ${of === 'query' ? 'workgroupUniformLoad(&causalBound)' : all};`;
}
