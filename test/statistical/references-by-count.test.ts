import { describe, expect, it } from "vitest";
import { compileCount } from "../../models/counts/index.ts";
import { marginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Target } from "../../src/core/target.ts";
import { matrix } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { enumerableTarget, enumeratedCount } from "../helpers/count-enumeration.ts";
import { decide } from "../helpers/decision.ts";
import type { Parts } from "../helpers/marginal-kernels.ts";
import { posteriorMeans } from "../helpers/posterior-means.ts";
import { randomCountCase } from "../helpers/random-count.ts";
import { testKept } from "../helpers/random-count-kernels.ts";
import {
  visitsAndBirths,
  visitsBehindBirths,
  withRoughReferences,
} from "../helpers/references-by-count.ts";

const ROWS = 4;
const prior = compileCount({ kind: "weights", weights: [0.2, 0.5, 0.3], max: 3 });

describe("moves around a reference for every number of experts keep the joint prior", () => {
  it.each(["auto", "reversible-jump"])("within %s", (name) => {
    const { rejected, report } = testKept("Geweke", (target) => withRoughReferences(name, target));
    expect(rejected, report).toBe(false);
  });

  it("with births and deaths alone", () => {
    const { rejected, report } = testKept("Geweke", visitsAndBirths());
    expect(rejected, report).toBe(false);
  });
});

it("the numbers of experts, all and filled, then have the posterior that enumeration gives", () => {
  const kernel = withRoughReferences("auto", enumerableTarget(prior, ROWS));
  const observables = enumeratedCount(prior, ROWS);
  const { rejected, report } = decide((seed, effort) =>
    posteriorMeans(kernel, { chains: 16, warmup: 100, sweeps: 800 * effort, observables, seed }),
  );
  expect(rejected, report).toBe(false);
});

it("moves of every number of experts from two on are tried, and some accepted", () => {
  const { target } = randomCountCase("Geweke");
  const kernel = withRoughReferences("auto", target);
  const rng = createRng(4, 1);
  let state = kernel.init(rng);
  const accepted: Record<string, number> = {};
  for (let t = 0; t < 2000; t++) {
    const transition = kernel.step(rng, state);
    state = transition.state;
    for (const [key, count] of Object.entries(transition.info)) {
      if (/ at K = \d\.accepted$/.test(key)) accepted[key] = (accepted[key] ?? 0) + count;
    }
  }
  const tried = [2, 3, 4].flatMap((K) =>
    ["hamiltonian", "independence"].map((move) => `${move} at K = ${K}.accepted`),
  );
  expect(Object.keys(accepted).sort()).toEqual(tried.sort());
  expect(Math.min(...Object.values(accepted))).toBeGreaterThan(0);
});

describe("the joint test rejects", () => {
  it("contrasts of the gate with their prior given another number", () => {
    const { target } = randomCountCase("Geweke");
    const recipe = visitsAndBirths((_, K) => ({
      posterior: marginalPosterior(withPriorOfMore(target), K),
    }));
    expect(testKept("Geweke", recipe).rejected).toBe(true);
  });

  it("jumps without the density of proposals", () => {
    const without = ({ reference }: Parts) => ({
      reference: { ...reference, logDensity: () => 0 },
    });
    const recipe = visitsAndBirths(without, { independence: 3 });
    expect(testKept("Geweke", recipe).rejected).toBe(true);
  });

  it("births that know the parameters of before", () => {
    expect(testKept("Geweke", visitsBehindBirths).rejected).toBe(true);
  });
});

/** Mistake: the density of the contrasts is that given one component more. */
function withPriorOfMore(target: Target): Target {
  const contrasts = target.gate.contrasts!;
  const logPrior: typeof contrasts.logPrior = (c, base) => {
    const more = matrix(c.rows + 1, c.columns);
    more.data.set(c.data);
    return contrasts.logPrior(more, base);
  };
  return { ...target, gate: { ...target.gate, contrasts: { ...contrasts, logPrior } } };
}
