// The WGSL of layerNorm and its gradient.

/** Columns that a workgroup sums over all rows. */
export const SUM_COLUMNS = 16;
/** Rows that it reads side by side. */
const SUM_ROWS = 16;
/** Invocations of a workgroup that sums columns. */
export const SUM_LANES = SUM_COLUMNS * SUM_ROWS;

/** What a shader with a workgroup to a row depends on. */
export type RowVariant = {
  /** Invocations that share a row. */
  readonly lanes: number;
};

/** `sumOverLanes`: the sum of two numbers of each invocation of the workgroup. */
function sumOverLanes({ lanes }: RowVariant): string {
  return `
    const LANES = ${lanes};
    var<workgroup> addends : array<vec2<f32>, LANES>;

    fn sumOverLanes(lane : i32, addend : vec2<f32>) -> vec2<f32> {
      addends[lane] = addend;
      workgroupBarrier();
      for (var width = LANES / 2; width > 0; width /= 2) {
        if (lane < width) {
          addends[lane] += addends[lane + width];
        }
        workgroupBarrier();
      }
      let total = addends[0];
      workgroupBarrier();
      return total;
    }`;
}

/** `meanAndScale` of the row that starts at `start`: the scale is the reciprocal of its standard deviation. */
function meanAndScale(variant: RowVariant): string {
  return `
    ${sumOverLanes(variant)}

    fn meanAndScale(start : i32, lane : i32) -> vec2<f32> {
      var total = 0.0;
      for (var column = lane; column < uniforms.size; column += LANES) {
        total += f32(x[start + column]);
      }
      let center = sumOverLanes(lane, vec2<f32>(total, 0.0)).x / f32(uniforms.size);
      var squares = 0.0;
      for (var column = lane; column < uniforms.size; column += LANES) {
        let centered = f32(x[start + column]) - center;
        squares += centered * centered;
      }
      let variance = sumOverLanes(lane, vec2<f32>(squares, 0.0)).x / f32(uniforms.size);
      return vec2<f32>(center, inverseSqrt(variance + uniforms.epsilon));
    }`;
}

/** y, [rows, size]; a workgroup to a row. */
export function layerNormSource(variant: RowVariant): string {
  return `
    ${meanAndScale(variant)}

    fn run(row : i32, lane : i32) {
      let start = row * uniforms.size;
      let statistics = meanAndScale(start, lane);
      if (row < uniforms.rows) {
        for (var column = lane; column < uniforms.size; column += LANES) {
          let normalized = (f32(x[start + column]) - statistics.x) * statistics.y;
          result[start + column] = normalized * f32(weight[column]) + f32(bias[column]);
        }
      }
    }`;
}

/** Each row's mean and scale, [rows, 2]; a workgroup to a row. */
export function statisticsSource(variant: RowVariant): string {
  return `
    ${meanAndScale(variant)}

    fn run(row : i32, lane : i32) {
      let statistics = meanAndScale(row * uniforms.size, lane);
      if (row < uniforms.rows && lane == 0) {
        result[2 * row] = statistics.x;
        result[2 * row + 1] = statistics.y;
      }
    }`;
}

/** dx, [rows, size]; a workgroup to a row. */
export function inputGradientSource(variant: RowVariant): string {
  return `
    ${sumOverLanes(variant)}

    fn run(row : i32, lane : i32) {
      let start = row * uniforms.size;
      let center = statistics[2 * row];
      let scale = statistics[2 * row + 1];
      var ofOnes = 0.0;
      var ofNormalized = 0.0;
      for (var column = lane; column < uniforms.size; column += LANES) {
        let dNormalized = f32(dy[start + column]) * f32(weight[column]);
        ofOnes += dNormalized;
        ofNormalized += dNormalized * (f32(x[start + column]) - center) * scale;
      }
      // The gradient without its parts along the row's ones and along the normalised row.
      let along = sumOverLanes(lane, vec2<f32>(ofOnes, ofNormalized)) / f32(uniforms.size);
      if (row < uniforms.rows) {
        for (var column = lane; column < uniforms.size; column += LANES) {
          let dNormalized = f32(dy[start + column]) * f32(weight[column]);
          let normalized = (f32(x[start + column]) - center) * scale;
          result[start + column] = scale * (dNormalized - along.x - normalized * along.y);
        }
      }
    }`;
}

/** The sums over rows of dy, or of dy times the normalised x, [size]; a workgroup to some columns. */
export function columnSumsSource({ normalized }: { readonly normalized: boolean }): string {
  return `
    var<workgroup> addends : array<f32, ${SUM_LANES}>;

    fn run(workgroup : i32, lane : i32) {
      let column = workgroup * ${SUM_COLUMNS} + lane % ${SUM_COLUMNS};
      var total = 0.0;
      for (var row = lane / ${SUM_COLUMNS}; row < uniforms.rows; row += ${SUM_ROWS}) {
        let place = row * uniforms.size + min(column, uniforms.size - 1);
        total += f32(dy[place])${normalized ? ' * (f32(x[place]) - statistics[2 * row]) * statistics[2 * row + 1]' : ''};
      }
      addends[lane] = total;
      workgroupBarrier();
      for (var width = ${SUM_LANES / 2}; width >= ${SUM_COLUMNS}; width /= 2) {
        if (lane < width) {
          addends[lane] += addends[lane + width];
        }
        workgroupBarrier();
      }
      if (lane < ${SUM_COLUMNS} && column < uniforms.size) {
        result[column] = addends[lane];
      }
    }`;
}
