import type { State } from "../../src/core/target.ts";
import { matrix } from "../../src/math/matrix.ts";
import { aitken, type Climbed, checkRise, GAIN, GRADIENT } from "./ascend.ts";
import { coordinatesOf } from "./coordinates.ts";
import type { EmProblem } from "./problem.ts";
import type { RowPass } from "./row-pass.ts";
import { leapBetween } from "./squarem.ts";

/** Rows a parameter below which an M step may not be trusted. */
const FEW = 5;
/** Relative to 1 + |log-likelihood|: a step of the gate that falls further is halved. */
const ROUNDING = 1e-11;
const MOST_HALVINGS = 12;
/** A gain over the one before it above which steps are slow, and leaps worth their while. */
const SLOW = 0.5;
/** Gain a row above which a climb is still far from where steps have a direction that leaps can follow. */
const FAR = 0.1;

/** Where a climb by rows has ended, and whether another method must go on from there. */
export interface ClimbedByRows extends Climbed {
  readonly isHealthy: boolean;
}

/**
 * Generalized EM by passes over the rows, in place: the experts' M step, one Newton step of the gate, halved where the
 * likelihood would fall, and leaps along the last three points where steps have become slow. It stops short where a
 * component has few rows, an sd runs away or a step does not exist, and leaves the state before that.
 * known: the log-likelihood of the state where it is what the pass has looked at last.
 * Source: [dempster1977] (generalized EM); leaps [varadhan2008].
 */
export function ascendByRows(
  problem: EmProblem,
  pass: RowPass,
  state: State,
  maxIterations: number,
  tolerance: number | undefined,
  known?: number,
): ClimbedByRows {
  const { total } = pass;
  const path = pathOf(problem, state);
  const step = stepper(problem, pass, state);
  const isDone = (remaining: number, risen: number, scale: number): boolean =>
    tolerance === undefined
      ? remaining < GAIN * scale && pass.gradientNorm() < GRADIENT * total
      : risen < tolerance * scale;
  let height = known ?? pass.look(state);
  let gain = Number.POSITIVE_INFINITY;
  let iterations = 0;
  let converged = false;
  let isHealthy = Number.isFinite(height);
  path.add();

  while (isHealthy && iterations < maxIterations && !converged) {
    const reached = step(height);
    isHealthy = reached !== undefined;
    if (reached === undefined) break;
    checkRise(height, reached, ++iterations);
    const risen = reached - height;
    const rate = risen / gain;
    converged = isDone(aitken(gain, risen), risen, 1 + Math.abs(reached));
    gain = risen;
    height = reached;
    path.add();
    const isSlow = rate >= SLOW && risen < FAR * total;
    if (converged || !isSlow || iterations === maxIterations) continue;
    const leapt = path.leap(pass, height);
    if (leapt === undefined) continue;
    iterations++;
    height = leapt;
    gain = Number.POSITIVE_INFINITY;
  }
  if (!isHealthy) path.back();
  const gradientNorm = isHealthy ? pass.gradientNorm() / total : Number.NaN;
  return { iterations, converged, objective: height, gradientNorm, isHealthy };
}

/** One step from the state that was looked at last, in place: the log-likelihood there, undefined where there is none. */
function stepper(problem: EmProblem, pass: RowPass, state: State) {
  const { gamma } = state;
  const few = FEW * problem.target.expert.dimension;
  const before = new Float64Array(gamma.data.length);
  const move = matrix(gamma.rows, gamma.columns);
  const isSound = (): boolean => !problem.isBelowLeast(state) && !problem.isDegenerate(state);

  /** Along the move of the gate, as far as the likelihood does not fall. */
  function moveGate(least: number): number | undefined {
    before.set(gamma.data);
    for (let halving = 0, scale = 1; halving < MOST_HALVINGS; halving++, scale /= 2) {
      for (let j = 0; j < before.length; j++) gamma.data[j] = before[j]! + scale * move.data[j]!;
      const reached = pass.look(state);
      if (reached >= least) return reached;
    }
    return undefined;
  }

  return (height: number): number | undefined => {
    if (pass.leastWeight() < few) return undefined;
    if (!pass.gateStep(move) || !pass.maximizeExperts(state) || !isSound()) return undefined;
    return moveGate(height - ROUNDING * (1 + Math.abs(height)));
  };
}

/** The last points of a climb. */
function pathOf(problem: EmProblem, state: State) {
  const coordinates = coordinatesOf(problem.target, problem.admit);
  const size = coordinates.size(state);
  const kept: Float64Array[] = [];
  const last = {
    theta: new Float64Array(state.theta.data.length),
    gamma: new Float64Array(state.gamma.data.length),
  };
  function back(): void {
    state.theta.data.set(last.theta);
    state.gamma.data.set(last.gamma);
  }
  return {
    /** Adds where the state is. */
    add(): void {
      const point = kept.length < 3 ? new Float64Array(size) : kept.shift()!;
      coordinates.read(state, point);
      kept.push(point);
      last.theta.set(state.theta.data);
      last.gamma.set(state.gamma.data);
    },
    /** Brings the state to the last point. */
    back,
    /** A leap, looked at; where it is no higher, the state is as before, looked at again. */
    leap(pass: RowPass, height: number): number | undefined {
      if (kept.length < 3) return undefined;
      const to = leapBetween(kept[0]!, kept[1]!, kept[2]!);
      kept.splice(0, 2);
      if (to === undefined) return undefined;
      coordinates.write(to, state);
      const reached = pass.look(state);
      if (reached > height && !problem.isDegenerate(state)) {
        kept.length = 0;
        this.add();
        return reached;
      }
      back();
      pass.look(state);
      return undefined;
    },
  };
}
