/** a, b, c of the odd polynomial a x + b x³ + c x⁵. */
export type OddQuintic = readonly [a: number, b: number, c: number];

/** Singular values below this part of the largest one are treated as if they were larger: it keeps polynomials tame. */
const CUSHION = 0.02407327424182761;

/**
 * The polynomials which, one after the other, bring numbers of `smallest`..1 nearest to 1: each is the best possible for
 * the range that those before it leave.
 *
 * @param steps how many polynomials
 * @param smallest the least number that must come near 1, above 0 and below 1
 * @see Amsel et al. 2025 (The Polar Express), https://arxiv.org/abs/2505.16932, algorithm 1 and section 4.3
 */
export function polarExpress(steps: number, smallest: number): OddQuintic[] {
  const polynomials: OddQuintic[] = [];
  let [low, high] = [smallest, 1];
  for (let step = 0; step < steps; step++) {
    const best = bestQuintic(Math.max(low, CUSHION * high), high);
    // Where the cushion made the range smaller than it is, the images lie about 1 only after this.
    const center = 2 / (evaluateAt(best, low) + evaluateAt(best, high));
    const polynomial = best.map((coefficient) => coefficient * center) as unknown as OddQuintic;
    polynomials.push(polynomial);
    low = evaluateAt(polynomial, low);
    high = 2 - low;
  }
  return polynomials;
}

/** The odd quintic whose largest distance from 1 over low..high is least: there are four points where it is reached. */
function bestQuintic(low: number, high: number): OddQuintic {
  // In a narrow range the points cannot be told apart; there it is the one that meets 1 three times at the middle.
  if (high - low < 1e-5 * high) return [15 / (8 * high), -10 / (8 * high ** 3), 3 / (8 * high ** 5)];
  let inner: readonly [number, number] = [(3 * low + high) / 4, (low + 3 * high) / 4];
  let polynomial: OddQuintic = [1, 0, 0];
  for (let turn = 0, before = Number.POSITIVE_INFINITY; turn < 100; turn++) {
    const points = [low, ...inner, high];
    const rows = points.map((x, index) => [x, x ** 3, x ** 5, (-1) ** index, 1]);
    const [a, b, c, distance] = solve(rows) as [number, number, number, number];
    polynomial = [a, b, c];
    if (Math.abs(distance - before) < 1e-15) break;
    before = distance;
    const root = Math.sqrt(9 * b * b - 20 * a * c);
    inner = [Math.sqrt((-3 * b - root) / (10 * c)), Math.sqrt((-3 * b + root) / (10 * c))]; // where its slope is 0
  }
  return polynomial;
}

function evaluateAt([a, b, c]: OddQuintic, x: number): number {
  return x * (a + x * x * (b + x * x * c));
}

/** Solves linear equations, each row with its right side at the end. */
function solve(rows: number[][]): number[] {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const pivots = rows.slice(column).map((row) => Math.abs(row[column]!));
    const pivot = column + pivots.indexOf(Math.max(...pivots));
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      rows[row] = rows[row]!.map((entry, index) => entry - factor * rows[column]![index]!);
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}
