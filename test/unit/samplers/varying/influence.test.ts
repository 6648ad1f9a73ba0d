import { describe, expect, test } from "vitest";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { type VaryingDeclaration, varying } from "../../../../models/varying.ts";
import { climber } from "../../../../samplers/varying/climb.ts";
import { plainInfluence, smallSampleInfluence } from "../../../../samplers/varying/influence.ts";
import { layoutOf, parabolic } from "../../../../samplers/varying/layout.ts";
import { plainLikelihood } from "../../../../samplers/varying/local-likelihood.ts";
import { profile } from "../../../../samplers/varying/profile.ts";
import { sharedInfluence } from "../../../../samplers/varying/shared-influence.ts";
import { type Matrix, matrix, row } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { maximizeVarying } from "../../../../src/run/varying-fit.ts";
import { type Family, varyingCase, varyingTable } from "../../../helpers/varying-cases.ts";

const hybrid = varying("u", { experts: ["z"], gate: ["(Intercept)"], dispersion: false });
const families: Family[] = ["gaussian", "binomial", "negative-binomial"];
const EXACT = { steps: 100, tolerance: 1e-15 };
const at = 0.4;

/** A local maximum at one grid point, and every parameter that varies as a function. */
function localCase(family: Family, K: number, what: VaryingDeclaration, bent: boolean) {
  const table = varyingTable(family, 150, 3);
  const fit = maximizeVarying(varyingCase(family, K, what), table, { bandwidth: 0.4, grid: [at] });
  const compiled = compileVarying(varyingCase(family, K, what), table, fit.penalty);
  const problem = bent ? parabolic(compiled.problem) : compiled.problem;
  const u = (at - fit.index.low) / (fit.index.high - fit.index.low);
  const { climb, likelihood } = climber(problem, plainLikelihood(problem));
  const from = layoutOf(compiled.problem);
  const { dimension, local, kind, first, slopes } = likelihood.layout;
  const theta = new Float64Array(dimension);
  kind.forEach((of, p) => {
    const source = fit.theta[0]!.slice(from.first[p]!, from.first[p]! + from.width[of]);
    const varies = from.values[of] + from.slopes[of];
    theta.set(source.slice(0, varies), first[p]!);
    theta.set(source.slice(varies), first[p]! + from.values[of] + slopes[of]);
  });
  likelihood.load(u, 0.4);
  climb(theta, EXACT);
  const functions = matrix(local.length, dimension);
  local.forEach((position, f) => {
    functions.data[f * dimension + position] = 1;
  });
  /** The maximum where row m of the window has `times` its weight. */
  const reweighted = (m: number, times: number): Float64Array => {
    const window = likelihood.load(u, 0.4);
    window.weight[m]! *= times;
    const out = theta.slice();
    climb(out, EXACT);
    return out;
  };
  return { problem, u, theta, functions, local, reweighted };
}

const cases = families.flatMap((family) =>
  [varying("u"), hybrid].flatMap((what) => [
    { family, K: 1, what, bent: true },
    { family, K: 2, what, bent: false },
    { family, K: 2, what, bent: true },
  ]),
);

describe.each(cases)("influences: $family, K = $K, parabolas: $bent", (setting) => {
  const { problem, u, theta, functions, local, reweighted } = localCase(
    setting.family,
    setting.K,
    setting.what,
    setting.bent,
  );
  const found = plainInfluence(problem, 0.4)(u, theta, functions)!;
  const count = found.rows.columns;

  test("are what a refit with a row of slightly other weight does", () => {
    const step = 0.01;
    for (const m of [1, Math.floor(count / 2), count - 3]) {
      const [up, down] = [reweighted(m, 1 + step), reweighted(m, 1 - step)];
      local.forEach((position, f) => {
        const difference = (up[position]! - down[position]!) / (2 * step);
        const influence = found.rows.data[f * count + m]!;
        // The square of a hundredth of a leverage is left out; maxima are found to 1e-7 where the likelihood is flat.
        expect(Math.abs(influence - difference)).toBeLessThan(5e-5 + 1e-3 * Math.abs(difference));
      });
    }
  });
});

describe.each(["gaussian", "binomial"] as const)("leaving rows out: %s", (family) => {
  test("moves estimates by more than plain influences say, and nearly what corrected ones say", () => {
    const { problem, u, theta, functions, local, reweighted } = localCase(
      family,
      2,
      varying("u"),
      false,
    );
    const plain = plainInfluence(problem, 0.4)(u, theta, functions)!.rows;
    const ask = smallSampleInfluence(problem, 0.4, { wantsBias: false });
    const corrected = ask(u, theta, functions)!.rows;
    const count = plain.columns;
    const exact = new Float64Array(local.length);
    for (let m = 0; m < count; m++) {
      const without = reweighted(m, 0);
      local.forEach((position, f) => {
        exact[f]! += (theta[position]! - without[position]!) ** 2;
      });
    }
    const squares = (of: Matrix, f: number): number =>
      row(of, f).reduce((sum, value) => sum + value * value, 0);
    let [byPlain, byCorrected] = [0, 0];
    exact.forEach((value, f) => {
      expect(value).toBeGreaterThan(squares(plain, f));
      byPlain += Math.abs(Math.log(squares(plain, f) / value));
      byCorrected += Math.abs(Math.log(squares(corrected, f) / value));
    });
    expect(byCorrected).toBeLessThan(0.75 * byPlain);
  });
});

test("the second-order bias of log sds is that of many simulated data sets", () => {
  const model = varyingCase("gaussian", 1, varying("u"));
  const { problem } = compileVarying(model, varyingTable("gaussian", 60, 5), { dispersion: 0 });
  const rng = createRng(8);
  const { dimension } = layoutOf(problem);
  const functions = matrix(1, dimension);
  const place = layoutOf(problem).first[1]!;
  functions.data[place] = 1;
  const replicates = 400;
  let [sum, squares, predicted] = [0, 0, 0];
  for (let r = 0; r < replicates; r++) {
    const simulated = problem.respond(Float64Array.from({ length: problem.n }, () => normal(rng)));
    const { climb, likelihood } = climber(simulated);
    const theta = new Float64Array(dimension);
    likelihood.load(0.5, 0.5);
    climb(theta, EXACT);
    sum += theta[place]!;
    squares += theta[place]! ** 2;
    const ask = smallSampleInfluence(simulated, 0.5, { wantsBias: true });
    predicted += ask(0.5, theta, functions)!.bias[0]!;
  }
  const [bias, expected] = [sum / replicates, predicted / replicates];
  const error = Math.sqrt((squares / replicates - bias * bias) / replicates);
  // What is left is of third order: about the square of what is taken away.
  expect(bias).toBeLessThan(-5 * error);
  expect(Math.abs(bias - expected)).toBeLessThan(4 * error + 2 * bias * bias);
});

describe.each(["gaussian", "binomial"] as const)("what does not vary: %s", (family) => {
  test("follows the weights of rows as refits with repeated rows do", () => {
    const what = varying("u", { experts: ["(Intercept)"], gate: [], dispersion: true });
    const model = varyingCase(family, 2, what);
    const table = varyingTable(family, 200, 4);
    const fit = maximizeVarying(model, table, { bandwidth: 0.45, grid: 7 });
    const { problem } = compileVarying(model, table, fit.penalty);
    const grid = Float64Array.from(
      fit.grid,
      (u) => (u - fit.index.low) / (fit.index.high - fit.index.low),
    );
    const theta = matrix(7, fit.theta[0]!.length, Float64Array.from(fit.theta.flat()));
    profile(problem, grid, 0.45, theta);
    const { shared } = layoutOf(problem);
    const { rows } = sharedInfluence(problem, grid, 0.45, theta);

    const copies = 3;
    const refit = (j: number, more: number): Float64Array => {
      const repeated = Array.from({ length: problem.n }, (_, i) =>
        new Array<number>(i === j ? copies + more : copies).fill(i),
      );
      const many = problem.subset(Int32Array.from(repeated.flat()));
      const penalty = {
        experts: copies * problem.penalty.experts,
        gate: copies * problem.penalty.gate,
        dispersion: copies * problem.penalty.dispersion,
      };
      const out = matrix(theta.rows, theta.columns, theta.data.slice());
      profile({ ...many, penalty }, grid, 0.45, out);
      return Float64Array.from(shared, (position) => row(out, 0)[position]!);
    };
    for (const j of [20, 55]) {
      const [up, down] = [refit(j, 1), refit(j, -1)];
      shared.forEach((_, c) => {
        const difference = ((up[c]! - down[c]!) * copies) / 2;
        const sd = Math.hypot(...row(rows, c));
        // A third of a row's weight either way: what is left is the square of a third of its leverage.
        expect(Math.abs(rows.data[c * problem.n + j]! - difference)).toBeLessThan(
          0.03 * Math.abs(difference) + 0.004 * sd,
        );
      });
    }
  });
});
