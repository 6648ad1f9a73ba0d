import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import { gaussLegendre } from "../../src/math/quadrature.ts";

/** A mean as a function of one covariate and of what an expert's parameters are. */
export type Mean = (x: number, eta: readonly number[]) => number;

/** Log odds intercept and slope, parameters of the mean, variance: the order of what follows too. */
export interface Component {
  readonly gate: readonly [number, number];
  readonly eta: readonly number[];
  readonly variance: number;
}

const NODES = 9;
const REACH = 6.5;
const STEP = 0.08;
const ITERATIONS = 200;
const DIFFERENCE = 1e-6;

/**
 * How near a mixture of three can come to one of two, x being uniform on (−1, 1), if the first expert is covered by two
 * atoms of equal weight whose coordinate `at` (0: gate slope, then eta, then variance) lies `delta` to either side of a
 * middle: Hellinger's distance, the least over the middle, the other coordinates of both atoms and the second expert.
 */
export function leastDistance(
  truth: readonly [Component, Component],
  mean: Mean,
  at: number,
  delta: number,
): number {
  const [first, second] = truth;
  const d = first.eta.length + 2;
  const others = Array.from({ length: d }, (_, c) => c).filter((c) => c !== at);
  /** Logs of variances, so that these stay positive. */
  const coordinates = ({ gate, eta, variance }: Component) => [gate[1], ...eta, Math.log(variance)];
  const component = (intercept: number, [slope, ...rest]: readonly number[]): Component => ({
    gate: [intercept, slope!],
    eta: rest.slice(0, -1),
    variance: Math.exp(rest.at(-1)!),
  });
  /** free: the middle's intercept and coordinates, half differences of `others`, the second expert less its gate. */
  const build = (free: readonly number[]): Component[] => {
    const half = new Array<number>(d).fill(delta);
    others.forEach((c, j) => {
      half[c] = free[1 + d + j]!;
    });
    const middle = free.slice(1, 1 + d);
    const intercept = free[0]! - Math.LN2;
    const last = [second.gate[1], ...free.slice(d + d)];
    return [
      component(
        intercept,
        middle.map((value, c) => value + half[c]!),
      ),
      component(
        intercept,
        middle.map((value, c) => value - half[c]!),
      ),
      component(second.gate[0], last),
    ];
  };
  const start = [
    first.gate[0],
    ...coordinates(first),
    ...others.map(() => 0),
    ...coordinates(second).slice(1),
  ];
  const grid = rootsOf(mean);
  const target = grid(truth);
  const residuals = (free: readonly number[]): Float64Array => {
    const out = grid(build(free));
    for (let i = 0; i < out.length; i++) out[i] = (out[i]! - target[i]!) * Math.SQRT1_2;
    return out;
  };
  // No half difference is stationary by symmetry where it starts a little off 0; both sides are tried.
  const nudges = [0, 0.3 * delta, -0.3 * delta];
  const starts = nudges.map((nudge) =>
    start.map((value, j) => (j > d && j < 2 * d ? value + nudge : value)),
  );
  return Math.sqrt(Math.min(...starts.map((from) => leastSquares(residuals, from))));
}

/** Roots of a density over a grid of x and y, times roots of the weights of quadrature. */
function rootsOf(mean: Mean) {
  const { nodes, weights } = gaussLegendre(NODES);
  const ys = Array.from({ length: Math.round((2 * REACH) / STEP) + 1 }, (_, j) => j * STEP - REACH);
  return (components: readonly Component[]): Float64Array => {
    const out = new Float64Array(nodes.length * ys.length);
    let i = 0;
    nodes.forEach((x, node) => {
      const masses = components.map(({ gate }) => Math.exp(gate[0] + gate[1] * x));
      const total = masses.reduce((a, b) => a + b, 0);
      const weight = 0.5 * weights[node]! * STEP;
      const parts = components.map(({ eta, variance }, k) => ({
        centre: mean(x, eta),
        half: -0.5 / variance,
        height: masses[k]! / total / Math.sqrt(2 * Math.PI * variance),
      }));
      for (const y of ys) {
        let density = 0;
        for (const { centre, half, height } of parts) {
          density += height * Math.exp(half * (y - centre) ** 2);
        }
        out[i++] = Math.sqrt(weight * density);
      }
    });
    return out;
  };
}

/** The least sum of squares that Levenberg–Marquardt finds. */
function leastSquares(
  f: (point: readonly number[]) => Float64Array,
  from: readonly number[],
): number {
  const sum = (values: Float64Array) => values.reduce((total, v) => total + v * v, 0);
  let point = [...from];
  let values = f(point);
  let height = sum(values);
  let damping = 1e-3;
  for (let iteration = 0; iteration < ITERATIONS && damping < 1e12; iteration++) {
    const columns = point.map((_, j) => {
      const [above, below] = [1, -1].map((side) =>
        f(point.map((value, c) => (c === j ? value + side * DIFFERENCE : value))),
      ) as [Float64Array, Float64Array];
      return above.map((value, i) => (value - below[i]!) / (2 * DIFFERENCE));
    });
    const before = height;
    for (; damping < 1e12; damping *= 10) {
      const step = dampedStep(columns, values, damping);
      const next = point.map((value, j) => value - step[j]!);
      const reached = f(next);
      if (sum(reached) < height) {
        [point, values, height] = [next, reached, sum(reached)];
        damping = Math.max(damping / 10, 1e-12);
        break;
      }
    }
    if (before - height < 1e-9 * height) break;
  }
  return height;
}

function dampedStep(columns: readonly Float64Array[], values: Float64Array, damping: number) {
  const k = columns.length;
  const J = Dense.zeros(values.length + k, k);
  const right = Dense.zeros(values.length + k, 1);
  columns.forEach((column, j) => {
    let length = 0;
    column.forEach((value, i) => {
      J.set(i, j, value);
      length += value * value;
    });
    J.set(values.length + j, j, Math.sqrt(damping * (length + 1e-12)));
  });
  values.forEach((value, i) => {
    right.set(i, 0, value);
  });
  return new QrDecomposition(J).solve(right).getColumn(0);
}
