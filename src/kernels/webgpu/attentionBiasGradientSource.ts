import { scoreGradient } from './attentionGradientSource.js';
import {
  type AttentionVariant,
  attentionRows,
  FOUR,
  LANES,
  loaders,
  products,
  scoring,
  storeWeights,
  TILE,
  TILE_MEMORY,
  weightAt,
} from './attentionTileSource.js';
import { reader } from './rowReader.js';

/** What the shader of a bias's gradient depends on. */
export type BiasGradientVariant = AttentionVariant & {
  /** Whether one entry of the bias serves all queries. */
  readonly sharedByQueries: boolean;
  /** Whether one entry of the bias serves all keys. */
  readonly sharedByKeys: boolean;
};

/**
 * The gradient of attention's bias, of its shape: that of the scores, summed along the axes that the bias is broadcast
 * along. A workgroup to a tile of one of the bias's slices.
 */
export function biasGradientSource(variant: BiasGradientVariant): string {
  const { sharedByQueries, sharedByKeys } = variant;
  const { query, key, value, dy } = attentionRows(variant);
  const blocks = (count: string) => `(uniforms.${count} + ${TILE - 1}) / ${TILE}`;
  // A shared axis is gone through by one workgroup, another is cut into tiles, each for a workgroup of its own.
  const [rowTiles, rowRounds] = sharedByQueries ? ['1', blocks('queries')] : [blocks('queries'), '1'];
  const [columnTiles, columnRounds] = sharedByKeys ? ['1', blocks('keys')] : [blocks('keys'), '1'];
  const [outRows, outColumns] = [sharedByQueries ? 1 : TILE, sharedByKeys ? 1 : TILE];
  return `
    ${[query, key, value, dy].map(reader).join('')}
    ${scoring(variant)}
    ${scoreGradient(variant)}
    ${TILE_MEMORY}
    ${loaders({ left: [query, dy], right: [key, value] })}
    ${products('productsOfScores', query, key)}
    ${products('productsOfSlopes', dy, value)}

    fn run(workgroup : i32, lane : i32) {
      let down = lane / 8;
      let across = lane % 8;
      let rowTiles = ${rowTiles};
      let columnTiles = ${columnTiles};
      let biasSlice = workgroup / (rowTiles * columnTiles);
      let tileRow = workgroup / columnTiles % rowTiles * ${TILE};
      let tileColumn = workgroup % columnTiles * ${TILE};
      var sums = Scores();
      for (var served = 0; served < uniforms.servedBatches * uniforms.servedHeads; served++) {
        let batch = biasSlice / uniforms.biasHeads + served / uniforms.servedHeads;
        let head = biasSlice % uniforms.biasHeads + served % uniforms.servedHeads;
        let slice = batch * uniforms.heads + head;
        for (var rowRound = 0; rowRound < ${rowRounds}; rowRound++) {
          for (var columnRound = 0; columnRound < ${columnRounds}; columnRound++) {
            let firstRow = tileRow + rowRound * ${TILE};
            let firstColumn = tileColumn + columnRound * ${TILE};
            let scores = productsOfScores(slice, firstRow, firstColumn, lane);
            let slopes = productsOfSlopes(slice, firstRow, firstColumn, lane);
            ${FOUR.map(
              (i) => `
            sums[${i}] += vec4<f32>(
              ${FOUR.map(
                (j) =>
                  `scoreGradient(scores[${i}][${j}], slopes[${i}][${j}], slice, firstRow + 4 * down + ${i}, firstColumn + across + ${8 * j})`,
              ).join(',\n')});`,
            ).join('')}
          }
        }
      }
      ${FOUR.map((i) => storeWeights(i, `sums[${i}]`)).join('\n')}
      workgroupBarrier();
      for (var out = lane; out < ${outRows * outColumns}; out += ${LANES}) {
        let outRow = out / ${outColumns};
        let outColumn = out % ${outColumns};
        var total = 0.0;
        for (var row = ${sharedByQueries ? 0 : 'outRow'}; row < ${sharedByQueries ? TILE : 'outRow + 1'}; row++) {
          for (var column = ${sharedByKeys ? 0 : 'outColumn'}; column < ${sharedByKeys ? TILE : 'outColumn + 1'}; column++) {
            total += ${weightAt('row', 'column')};
          }
        }
        let query = tileRow + outRow;
        let key = tileColumn + outColumn;
        if (biasSlice < uniforms.biasSlices && query < uniforms.queries && key < uniforms.keys) {
          let biasRows = ${sharedByQueries ? '1' : 'uniforms.queries'};
          let biasColumns = ${sharedByKeys ? '1' : 'uniforms.keys'};
          result[(biasSlice * biasRows + query) * biasColumns + key] = total;
        }
      }
    }`;
}
