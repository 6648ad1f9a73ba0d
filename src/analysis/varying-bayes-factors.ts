import { type BayesFactor, savageDickey } from "../../diagnostics/varying/savage-dickey.ts";
import type { Functions } from "../../models/varying/bayes/functions.ts";
import type { RowTerms } from "../../models/varying/bayes/laplace.ts";
import { densityAtZero } from "../../models/varying/bayes/scale-density.ts";
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
  const { functions, family, offset, terms } = recorded;
  const { mean, dispersion } = functions.expert;
  const { n } = target;
  const scratch = mixtureScratch(target);
  const members = memberships(n);
  const z = new Int32Array(n);
  const weights = new Float64Array(K);
  const rowScratch = { eta: new Float64Array(n), s: new Float64Array(n) };
  const one = densityAtZero(1);
  const many = densityAtZero(K);
  const hypotheses = hypothesesOf(recorded, K, draws);
  const split = splitter(n);
  const base = matrix(K, n);
  const curve = matrix(K, n);

  function allocate(rng: Rng, state: State): void {
    const { data } = logJoint(target, state, scratch);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < K; k++) weights[k] = data[k * n + i]!;
      z[i] = categoricalFromLog(rng, weights);
    }
    members.sort(z, K);
  }

  /** Log densities of the scales of the functions of one predictor, in order. */
  function ofPredictor(of: Functions, point: Vector, own: Members, likelihood: RowTerms): number[] {
    return of.varying.map((_, f) => {
      split(of, point, f, own.rows);
      return one(expertScale(likelihood, split.base, split.curve, of.psi));
    });
  }

  function ofExpert(theta: Vector, own: Members): number[] {
    predict(mean, theta, own.rows, rowScratch.eta);
    const log = theta.slice(mean.size);
    if (dispersion !== undefined) {
      log[0] = fastLog(log[0]!);
      predict(dispersion, log, own.rows, rowScratch.s);
    }
    const found = ofPredictor(mean, theta, own, meanTerms(family, own, rowScratch.s, offset));
    if (dispersion === undefined) return found;
    if (offset !== undefined) {
      own.rows.forEach((i, m) => {
        rowScratch.eta[m] = rowScratch.eta[m]! + offset[i]!;
      });
    }
    return [
      ...found,
      ...ofPredictor(dispersion, log, own, dispersionTerms(family, own, rowScratch.eta)),
    ];
  }

  function ofGate(gamma: State["gamma"]): number[] {
    return functions.gate.varying.map((_, f) => {
      for (let k = 0; k < K; k++) {
        split(functions.gate, row(gamma, k), f, undefined);
        row(base, k).set(split.base);
        row(curve, k).set(split.curve);
      }
      return many(gateScales(base, curve, z, functions.gate.psi));
    });
  }

  return {
    add(rng: Rng, state: State, s: number): void {
      allocate(rng, state);
      const values: number[] = [];
      for (let k = 0; k < K; k++) values.push(...ofExpert(row(state.theta, k), members.of(k)));
      if (K > 1) values.push(...ofGate(state.gamma));
      values.forEach((value, h) => {
        hypotheses[h]!.logDensity[s] = value;
      });
      squaresOf(recorded, state, K).forEach((square, h) => {
        hypotheses[h]!.squares[s] = square;
      });
    },

    factors(picks: readonly DrawIndex[], relative: readonly number[]): ConstantFunction[] {
      const byChain = partsOf(picks);
      return hypotheses.map(({ logDensity, squares, psi, count, ...what }) => ({
        ...what,
        ...savageDickey(
          {
            logDensityAtZero: byChain.map(([from, to]) => logDensity.slice(from, to)),
            squares: byChain.map(([from, to]) => squares.slice(from, to)),
            count,
            psi,
          },
          relative.map((one) => one * psi),
        ),
      }));
    },
  };

  function hypothesesOf(_: RecordedFunctions, components: number, size: number): Hypothesis[] {
    const make = (
      what: Pick<Hypothesis, "component" | "part" | "term">,
      psi: number,
      count: number,
    ) => ({
      ...what,
      ...{ psi, count, logDensity: new Float64Array(size), squares: new Float64Array(size) },
    });
    const name = `log ${functions.expert.family.dispersion}`;
    const experts = Array.from({ length: components }, (_, k) => k + 1).flatMap((component) => [
      ...mean.varying.map((j) =>
        make({ component, part: "experts", term: terms.experts[j]! }, mean.psi, 1),
      ),
      ...(dispersion?.varying ?? []).map(() =>
        make({ component, part: "dispersion", term: name }, dispersion!.psi, 1),
      ),
    ]);
    const { gate } = functions;
    const ofGates = components === 1 ? [] : gate.varying;
    return [
      ...experts,
      ...ofGates.map((j) => make({ part: "gate", term: terms.gate[j]! }, gate.psi, components)),
    ];
  }
}

/** Squared scales in the order of the hypotheses. */
function squaresOf({ functions }: RecordedFunctions, { theta, gamma }: State, K: number): number[] {
  const { mean, dispersion } = functions.expert;
  const out: number[] = [];
  for (let k = 0; k < K; k++) {
    const own = row(theta, k);
    mean.varying.forEach((_, f) => out.push(own[mean.scaleAt(f)]! ** 2));
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
  function split(of: Functions, point: Vector, f: number, rows: Int32Array | undefined): void {
    const linear = new Float64Array(of.rows.length);
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
