import type { GateUpdate } from "../../../src/core/gate.ts";
import type { Target } from "../../../src/core/target.ts";
import { row } from "../../../src/math/matrix.ts";
import { gamma as gammaVariate } from "../../../src/math/random/gamma.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { polyaGamma1 } from "../../../src/math/random/polya-gamma.ts";
import { type Rng, uniform } from "../../../src/math/rng.ts";

type Pair = readonly [number, number];

/** A symmetric 2 × 2 matrix [[a, b], [b, c]]. */
type Symmetric = readonly [a: number, b: number, c: number];

/** The gate's two columns, row by row, and the sd of its normal prior. */
export interface GateSetting {
  readonly W: readonly Pair[];
  readonly sd: number;
}

const DF = 6;
const NEWTON_ROUNDS = 7;
const LONGEST_STEP = 3;

/** One row's problem: the log odds of component k are w'γ_k − offset. */
interface RowProblem {
  readonly offset: readonly number[];
  readonly own: readonly boolean[];
}

const dot = (w: Pair, gamma: Pair): number => w[0] * gamma[0] + w[1] * gamma[1];

const inverse = ([a, b, c]: Symmetric): Symmetric => {
  const determinant = a * c - b * b;
  return [c / determinant, -b / determinant, a / determinant];
};

const times = ([a, b, c]: Symmetric, [u, v]: Pair): Pair => [a * u + b * v, b * u + c * v];

/** A draw from N(centre, scale² covariance). */
function draw(rng: Rng, centre: Pair, [a, b, c]: Symmetric, scale = 1): Pair {
  const l = Math.sqrt(a);
  const m = b / l;
  const u = scale * normal(rng);
  const v = scale * normal(rng);
  return [centre[0] + l * u, centre[1] + m * u + Math.sqrt(c - m * m) * v];
}

/** A gate whose rows are updated one after the other; the slow and obvious way. */
function rowByRow(
  target: Target,
  { W }: GateSetting,
  update: (rng: Rng, current: Pair, problem: RowProblem) => Pair,
): Target {
  const step: GateUpdate["step"] = (rng, gamma, z) => {
    const pair = (k: number): Pair => [gamma.data[2 * k]!, gamma.data[2 * k + 1]!];
    for (let k = 0; k < gamma.rows - target.gate.fixedRows; k++) {
      const offset = W.map((w) => {
        let sum = 0;
        for (let j = 0; j < gamma.rows; j++) if (j !== k) sum += Math.exp(dot(w, pair(j)));
        return Math.log(sum);
      });
      row(gamma, k).set(update(rng, pair(k), { offset, own: W.map((_, i) => z[i] === k) }));
    }
    return { proposed: 0, accepted: 0 };
  };
  const byHand = { name: "by-hand", method: "the slow and obvious way", step };
  return { ...target, gate: { ...target.gate, updates: [byHand] } };
}

/** Σ weight w w' + I / sd². */
function curvature({ W, sd }: GateSetting, weight: (i: number) => number): Symmetric {
  let [a, b, c] = [sd ** -2, 0, sd ** -2];
  W.forEach(([u, v], i) => {
    const at = weight(i);
    a += at * u * u;
    b += at * u * v;
    c += at * v * v;
  });
  return [a, b, c];
}

/** Σ weight w. */
function weightedSum({ W }: GateSetting, weight: (i: number) => number): Pair {
  let [first, second] = [0, 0];
  W.forEach(([u, v], i) => {
    first += weight(i) * u;
    second += weight(i) * v;
  });
  return [first, second];
}

/** Pólya-Gamma update by hand; without the offset it is a mistake, with it the positive control. */
export function polyaGammaByHand(target: Target, setting: GateSetting, offset: boolean): Target {
  return rowByRow(target, setting, (rng, current, problem) => {
    const c = problem.offset.map((value) => (offset ? value : 0));
    const omega = setting.W.map((w, i) => polyaGamma1(rng, dot(w, current) - c[i]!));
    const covariance = inverse(curvature(setting, (i) => omega[i]!));
    const right = weightedSum(setting, (i) => (problem.own[i] ? 0.5 : -0.5) + omega[i]! * c[i]!);
    return draw(rng, times(covariance, right), covariance);
  });
}

/** What is wrong with a Laplace-t update by hand; "nothing" is the positive control. */
export type LaplaceMistake =
  | "nothing"
  /** The proposal's density is left out of the acceptance ratio. */
  | "density"
  /** Newton starts from the current row and is stopped early, so the proposal depends on where the chain is. */
  | "start";

/** Independence Metropolis from a t around the mode, by hand. */
export function laplaceByHand(
  target: Target,
  setting: GateSetting,
  mistake: LaplaceMistake,
): Target {
  return rowByRow(target, setting, (rng, current, problem) => {
    const [mode, precision] =
      mistake === "start"
        ? newton(setting, problem, current, 1)
        : newton(setting, problem, [0, 0], NEWTON_ROUNDS);
    const stretch = Math.sqrt(DF / (2 * gammaVariate(rng, DF / 2)));
    const proposal = draw(rng, mode, inverse(precision), stretch);
    const logT = (at: Pair): number => {
      const away: Pair = [at[0] - mode[0], at[1] - mode[1]];
      return -0.5 * (DF + 2) * Math.log1p(dot(away, times(precision, away)) / DF);
    };
    const ratio =
      logConditional(setting, problem, proposal) - logConditional(setting, problem, current);
    const correction = mistake === "density" ? 0 : logT(current) - logT(proposal);
    return Math.log(uniform(rng)) < ratio + correction ? proposal : current;
  });
}

function logConditional({ W, sd }: GateSetting, problem: RowProblem, gamma: Pair): number {
  return W.reduce(
    (sum, w, i) => {
      const logOdds = dot(w, gamma) - problem.offset[i]!;
      return sum + (problem.own[i] ? logOdds : 0) - Math.log1p(Math.exp(logOdds));
    },
    (-0.5 * dot(gamma, gamma)) / (sd * sd),
  );
}

/** Mode and curvature by damped Newton. */
function newton(
  setting: GateSetting,
  problem: RowProblem,
  start: Pair,
  rounds: number,
): [Pair, Symmetric] {
  const { W, sd } = setting;
  let mode = start;
  let precision: Symmetric = [1, 0, 1];
  for (let round = 0; round < rounds; round++) {
    const at = mode;
    const chance = W.map((w, i) => 1 / (1 + Math.exp(problem.offset[i]! - dot(w, at))));
    precision = curvature(setting, (i) => chance[i]! * (1 - chance[i]!));
    const score = weightedSum(setting, (i) => (problem.own[i] ? 1 : 0) - chance[i]!);
    const gradient: Pair = [score[0] - at[0] / sd ** 2, score[1] - at[1] / sd ** 2];
    const step = times(inverse(precision), gradient);
    const damping = Math.min(1, LONGEST_STEP / (1e-12 + Math.hypot(...step)));
    mode = [at[0] + damping * step[0], at[1] + damping * step[1]];
  }
  return [mode, precision];
}
