/** An input with rows of this size. */
export interface Rows {
  readonly name: string;
  readonly size: number;
}

/** Whether rows of this size are read and written four numbers at a time. */
export function isVector(size: number): boolean {
  return size % 4 === 0;
}

/** The WGSL function `xAt(row, place)` of an input x: four numbers of a row from 4 place, with zeros past its end. */
export function reader({ name, size }: Rows): string {
  const body = isVector(size)
    ? `return vec4<f32>(${name}[row * ${size / 4} + place]);`
    : `
      let start = row * ${size} + 4 * place;
      return vec4<f32>(
        f32(${name}[start]),
        ${[1, 2, 3].map((i) => `select(0.0, f32(${name}[start + ${i}]), 4 * place + ${i} < ${size})`).join(', ')});`;
  return `
    fn ${name}At(row : i32, place : i32) -> vec4<f32> {
      if (4 * place >= ${size}) {
        return vec4<f32>();
      }
      ${body}
    }`;
}
