import { type BayesFactor, savageDickey } from "../../diagnostics/varying/savage-dickey.ts";
import type { Functions } from "../../models/varying/bayes/functions.ts";
import type { RowTerms } from "../../models/varying/bayes/row-terms.ts";
import { densityAtZero, normalDensityAtZero } from "../../models/varying/bayes/scale-density.ts";
import { expertScale, gateScales } from "../../models/varying/bayes/scale-problems.ts";
import { dispersionTerms, meanTerms } from "../../models/varying/bayes/terms.ts";
import type { Members } from "../core/data.ts";
import { logJoint, memberships, mixtureScratch } from "../core/mixture.ts";
import type { DrawIndex } from "../core/posterior.ts";
import type { State, Target } from "../core/target.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { fastLog } from "../math/exp.ts";
import { matrix, row, type Vector } from "../math/matrix.ts";
import { categoricalFromLog } from "../math/random/categorical.ts";
import type { Rng } from "../math/rng.ts";
import type { RecordedFunctions } from "./varying-bayes-parts.ts";

/** For or against one function being constant. */
export interface ConstantFunction extends BayesFactor {
  /** 1 … K; absent of the gate, whose functions are judged relative to each other, all components together. */
  readonly component?: number;
  readonly part: CoefficientCurve["part"];
  readonly term: string;
}

interface Hypothesis extends Pick<ConstantFunction, "component" | "part" | "term"> {
  readonly psi: number;
  readonly count: number;
  readonly logDensity: Float64Array;
  readonly squares: Float64Array;
}

/** Collects, draw by draw, what Bayes factors of constant functions are made of. */
export function factorCollector(
  recorded: RecordedFunctions,
  target: Target,
  K: number,
  draws: number,
) {
  const hypotheses = hypothesesOf(recorded, K, draws);
  const allocate = allocator(target, K);
  const ofExpert = expertDensities(recorded, target.n);
  const ofGate = gateDensities(recorded, target.n, K);
  return {
    add(rng: Rng, state: State, s: number): void {
      const { z, of } = allocate(rng, state);
      const values: number[] = [];
      for (let k = 0; k < K; k++) values.push(...ofExpert(row(state.theta, k), of(k)));
      if (K > 1) values.push(...ofGate(state.gamma, z));
      values.forEach((value, h) => {
        hypotheses[h]!.logDensity[s] = value;
      });
      squaresOf(recorded, state, K).forEach((square, h) => {
        hypotheses[h]!.squares[s] = square;
      });
    },

    factors(picks: readonly DrawIndex[], relative: readonly number[]): ConstantFunction[] {
      const parts = partsOf(picks);
      const byChain = (values: Vector) => parts.map(([from, to]) => values.slice(from, to));
      return hypotheses.map(({ logDensity, squares, psi, count, ...what }) => {
        const logDensityAtZero = byChain(logDensity);
        const scales = relative.map((one) => one * psi);
        const found = { logDensityAtZero, squares: byChain(squares), count, psi };
        return { ...what, ...savageDickey(found, scales) };
      });
    },
  };
}

function hypothesesOf(
  { functions, terms }: RecordedFunctions,
  K: number,
  size: number,
): Hypothesis[] {
  const { mean, dispersion, family } = functions.expert;
  const make = (
    what: Pick<Hypothesis, "component" | "part" | "term">,
    psi: number,
    count: number,
  ): Hypothesis => ({
    ...what,
    ...{ psi, count, logDensity: new Float64Array(size), squares: new Float64Array(size) },
  });
  const term = `log ${family.dispersion}`;
  const experts = Array.from({ length: K }, (_, k) => k + 1).flatMap((component) => [
    ...mean.varying.map((j) =>
      make({ component, part: "experts", term: terms.experts[j]! }, mean.psi, 1),
    ),
    ...(dispersion?.varying ?? []).map(() =>
      make({ component, part: "dispersion", term }, dispersion!.psi, 1),
    ),
  ]);
  const { gate } = functions;
  const ofGate = K === 1 ? [] : gate.varying;
  return [
    ...experts,
    ...ofGate.map((j) => make({ part: "gate", term: terms.gate[j]! }, gate.psi, K)),
  ];
}

/** Draws allocations given the parameters: with those of a chain, they are as in the chain. */
function allocator(target: Target, K: number) {
  const { n } = target;
  const scratch = mixtureScratch(target);
  const members = memberships(n);
  const z = new Int32Array(n);
  const weights = new Float64Array(K);
  return (rng: Rng, state: State) => {
    const { data } = logJoint(target, state, scratch);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < K; k++) weights[k] = data[k * n + i]!;
      z[i] = categoricalFromLog(rng, weights);
    }
    members.sort(z, K);
    return { z, of: members.of };
  };
}

/** Log densities at 0 of the scales of one expert, in order. */
function expertDensities({ functions, family, offset }: RecordedFunctions, n: number) {
  const { mean, dispersion } = functions.expert;
  const eta = new Float64Array(n);
  const s = new Float64Array(n);
  const split = splitter(n);
  const density = densityAtZero(1);
  const ofMean = functions.expert.family.isNormal ? normalDensityAtZero : density;

  const ofPredictor = (of: Functions, point: Vector, own: Members, likelihood: RowTerms) =>
    of.varying.map((_, f) => {
      split(of, point, f, own.rows);
      return (of === mean ? ofMean : density)(
        expertScale(likelihood, split.base, split.curve, of.psi),
      );
    });

  return (theta: Vector, own: Members): number[] => {
    predict(mean, theta, own.rows, eta);
    const log = theta.slice(mean.size);
    if (dispersion !== undefined) {
      log[0] = fastLog(log[0]!);
      predict(dispersion, log, own.rows, s);
    }
    const found = ofPredictor(mean, theta, own, meanTerms(family, own, s, offset));
    if (dispersion === undefined) return found;
    if (offset !== undefined) {
      for (let m = 0; m < own.rows.length; m++) eta[m] = eta[m]! + offset[own.rows[m]!]!;
    }
    return [...found, ...ofPredictor(dispersion, log, own, dispersionTerms(family, own, eta))];
  };
}

/** Log densities at 0 of the scales of each term of the gate, all components together. */
function gateDensities({ functions: { gate } }: RecordedFunctions, n: number, K: number) {
  const split = splitter(n);
  const density = densityAtZero(K);
  const base = matrix(K, n);
  const curve = matrix(K, n);
  return (gamma: State["gamma"], z: Int32Array): number[] =>
    gate.varying.map((_, f) => {
      for (let k = 0; k < K; k++) {
        split(gate, row(gamma, k), f, undefined);
        row(base, k).set(split.base);
        row(curve, k).set(split.curve);
      }
      return density(gateScales(base, curve, z, gate.psi));
    });
}

/** Squared scales in the order of the hypotheses. */
function squaresOf({ functions }: RecordedFunctions, { theta, gamma }: State, K: number): number[] {
  const { mean, dispersion } = functions.expert;
  const out: number[] = [];
  for (let k = 0; k < K; k++) {
    const own = row(theta, k);
    mean.varying.forEach((_, f) => {
      out.push(own[mean.scaleAt(f)]! ** 2);
    });
    dispersion?.varying.forEach((_, f) => {
      out.push(own[mean.size + dispersion.scaleAt(f)]! ** 2);
    });
  }
  if (K === 1) return out;
  functions.gate.varying.forEach((_, f) => {
    let total = 0;
    for (let k = 0; k < K; k++) total += row(gamma, k)[functions.gate.scaleAt(f)]! ** 2;
    out.push(total);
  });
  return out;
}

/** out[m] = the predictor of rows[m] by these functions. */
function predict(of: Functions, point: Vector, rows: Int32Array | undefined, out: Vector): void {
  const linear = new Float64Array(of.rows.length);
  of.toLinear(point, linear);
  of.rows.predict(linear, rows, out);
}

/** Parts a predictor in what scale f does not touch and what it multiplies; both vectors are reused. */
function splitter(n: number) {
  const base = new Float64Array(n);
  const curve = new Float64Array(n);
  let linear = new Float64Array(0);
  function split(of: Functions, point: Vector, f: number, rows: Int32Array | undefined): void {
    if (linear.length !== of.rows.length) linear = new Float64Array(of.rows.length);
    const s = point[of.scaleAt(f)]!;
    const j = of.varying[f]!;
    of.toLinear(point, linear);
    of.rows.predict(linear, rows, base);
    linear[of.rows.start[j]!] = 0;
    of.rows.predictTerm(j, linear, rows, curve);
    const count = rows?.length ?? n;
    for (let m = 0; m < count; m++) {
      base[m] = base[m]! - curve[m]!;
      curve[m] = curve[m]! / s;
    }
  }
  return Object.assign(split, { base, curve });
}

/** Where each chain's draws begin and end. */
function partsOf(picks: readonly DrawIndex[]): [number, number][] {
  const out: [number, number][] = [];
  picks.forEach(({ chain }, s) => {
    if (s === 0 || picks[s - 1]!.chain !== chain) out.push([s, s + 1]);
    else out.at(-1)![1] = s + 1;
  });
  return out;
}
