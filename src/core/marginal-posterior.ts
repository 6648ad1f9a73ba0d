import type { Matrix, Vector } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";
import type { Expert } from "./expert.ts";
import type { ExpertRows } from "./expert-rows.ts";
import type { Info } from "./kernel.ts";
import { allocation } from "./marginal-allocation.ts";
import type { PassParameters } from "./marginal-block.ts";
import { curvatureSums } from "./marginal-curvature.ts";
import { gradientSums, type PointLayout, slopesOf } from "./marginal-derivatives.ts";
import { marginalPrior } from "./marginal-prior.ts";
import { rowPasses } from "./marginal-rows.ts";
import type { Target } from "./target.ts";

/**
 * The log posterior density of a mixture with a fixed number of experts, allocations summed out, of a point: the gate's
 * contrasts of all components but the last, then every expert's unconstrained coordinates. `base` is the component
 * whose gate row the prior holds at zero, where it holds one.
 */
export interface MarginalPosterior {
  readonly layout: PointLayout;
  logPrior(point: Vector, base: number): number;
  logLikelihood(point: Vector): number;
  /**
   * Draws every allocation from its full conditional, as places of components in the point, and writes what is recorded
   * of a state to info, as the move `allocate` does; returns the log-likelihood, to the bit that of `logLikelihood`.
   */
  allocate(rng: Rng, point: Vector, z: Int32Array, info: Info): number;
  /** Log prior plus log-likelihood. */
  value(point: Vector, base: number): number;
  /** The same; writes its gradient. */
  gradient(point: Vector, base: number, out: Vector): number;
  /** The same; writes its gradient and minus its Hessian, both triangles. */
  derivatives(point: Vector, base: number, gradient: Vector, curvature: Matrix): number;
}

/** Points longer than this have Hessians that cost more than they save. */
const MOST_COORDINATES = 300;

/**
 * Why a target has no such density with derivatives, as a clause; undefined where it has. Of a random number of
 * components each has a density of its own: `components` says which is asked for.
 */
export function whyNotMarginal(
  target: Target,
  components: Target["components"] = target.components,
): string | undefined {
  const { expert, gate, deviation } = target;
  const K = components;
  if (typeof K !== "number") return "the number of experts is random";
  if (deviation !== undefined) return "the mixture deviates from a known density";
  if (expert.rows === undefined || !fits(expert, expert.rows))
    return "the family of the experts has no derivatives for them";
  if (gate.contrasts === undefined || gate.design === undefined) {
    return "the gate's coefficients have no normal prior";
  }
  if (K === 1) return "one expert has no allocations to sum out";
  const dimension = (K - 1) * gate.dimension + K * expert.dimension;
  if (dimension <= MOST_COORDINATES) return undefined;
  return `there are ${dimension} parameters, more than ${MOST_COORDINATES}`;
}

/** Whether theta is what its rows speak of, and nothing more. */
const fits = ({ dimension }: Expert, { X, others }: ExpertRows): boolean =>
  dimension === X.columns + others;

/**
 * The density of a target for which `whyNotMarginal` says nothing, given that number of components; owns scratch for a
 * few hundred rows.
 */
export function marginalPosterior(
  target: Target,
  components: number = target.capacity,
): MarginalPosterior {
  const layout = pointLayout(target, components);
  const prior = marginalPrior(target, layout);
  const likelihood = marginalLikelihood(target, layout);
  return {
    layout,
    logPrior: prior.logDensity,
    logLikelihood: likelihood.value,
    allocate: likelihood.allocate,

    value(point, base) {
      const logPrior = prior.logDensity(point, base);
      return logPrior === Number.NEGATIVE_INFINITY ? logPrior : logPrior + likelihood.value(point);
    },

    gradient(point, base, out) {
      out.fill(0);
      const logPrior = prior.addDerivatives(point, base, out);
      return logPrior + likelihood.addDerivatives(point, out);
    },

    derivatives(point, base, gradient, curvature) {
      gradient.fill(0);
      curvature.data.fill(0);
      const logPrior = prior.addDerivatives(point, base, gradient, curvature);
      const value = logPrior + likelihood.addDerivatives(point, gradient, curvature);
      mirror(curvature);
      return value;
    },
  };
}

/** The log-likelihood, its derivatives (of the Hessian minus the lower triangle), and draws of the allocations. */
function marginalLikelihood({ n, expert, gate }: Target, layout: PointLayout) {
  const rows = expert.rows!;
  const W = gate.design!.X;
  const passes = rowPasses(n, layout.components, W, rows);
  const { blocks } = passes;
  const slopes = slopesOf(layout.components, rows);
  const sums = gradientSums(layout, rows);
  const addCurvature = curvatureSums(layout, rows, rows.X.data === W.data);
  const draw = allocation(layout.components, n, passes.allocation);
  const at = parametersOf(layout);
  return {
    value(point: Vector): number {
      at.load(point);
      passes.load(at);
      let total = 0;
      for (let b = 0; b < blocks.length; b++) total += passes.value(blocks[b]!);
      return total;
    },

    allocate(rng: Rng, point: Vector, z: Int32Array, info: Info): number {
      at.load(point);
      passes.load(at);
      draw.begin();
      let total = 0;
      for (let b = 0; b < blocks.length; b++) {
        total += passes.detail(blocks[b]!);
        draw.add(rng, blocks[b]!, z);
      }
      draw.describe(info, total);
      return total;
    },

    addDerivatives(point: Vector, gradient: Vector, curvature?: Matrix): number {
      at.load(point);
      passes.load(at);
      sums.begin();
      let total = 0;
      for (let b = 0; b < blocks.length; b++) {
        total += passes.detail(blocks[b]!);
        if (curvature === undefined && passes.scores !== undefined) {
          sums.add(blocks[b]!, passes.scores(blocks[b]!));
          continue;
        }
        const own = slopes(blocks[b]!, at, curvature !== undefined);
        sums.add(blocks[b]!, own.scores);
        if (curvature !== undefined) addCurvature(blocks[b]!, own, curvature);
      }
      sums.addTo(gradient);
      return total;
    },
  };
}

/** The layout of its points. */
export function pointLayout({ expert, gate }: Target, K: number): PointLayout {
  const q = gate.dimension;
  const d = expert.dimension;
  const experts = (K - 1) * q;
  return {
    dimension: experts + K * d,
    components: K,
    q,
    p: expert.rows!.X.columns,
    d,
    gate: (k) => k * q,
    expert: (k) => experts + k * d,
  };
}

/** Views of one array into which points are copied. */
export function parametersOf(layout: PointLayout): PassParameters & { load(point: Vector): void } {
  const { components: K, q, p, dimension } = layout;
  const own = new Float64Array(dimension);
  return {
    load: (point) => own.set(point),
    gate: Array.from({ length: K - 1 }, (_, k) => own.subarray(k * q, (k + 1) * q)),
    coefficients: Array.from({ length: K }, (_, k) =>
      own.subarray(layout.expert(k), layout.expert(k) + p),
    ),
    u: (k) => own[layout.expert(k) + p] ?? 0,
  };
}

/** Copies the lower triangle to the upper one. */
function mirror({ rows, data }: Matrix): void {
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) data[b * rows + a] = data[a * rows + b]!;
  }
}
