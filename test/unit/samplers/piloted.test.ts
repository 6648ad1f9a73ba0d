import { expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { poisson } from "../../../models/index.ts";
import { ascending } from "../../../samplers/ascending.ts";
import { gibbs } from "../../../samplers/gibbs.ts";
import { piloted } from "../../../samplers/piloted.ts";
import { sampledModel } from "../../../src/analysis/varying-bayes.ts";
import { simulateVarying } from "../../../src/analysis/varying-simulate.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import type { State } from "../../../src/core/target.ts";
import { createRng } from "../../../src/math/rng.ts";

const { table, model } = simulateVarying({ n: 60, seed: 2 });
const { target } = compile(sampledModel(model, { basis: 3 }), table);
const scratch = mixtureScratch(target);

const height = (state: State): number =>
  sumOutAllocation(logJoint(target, state, scratch), scratch) + target.logPrior(state);

test("a chain goes on from the best of its trials, whatever start it was given", () => {
  const fromPrior = gibbs({ start: "prior" }).compile(target);
  const tried = piloted({ start: "prior" }).compile(target);
  let gain = 0;
  for (let chain = 1; chain <= 4; chain++) {
    const [one, other] = [fromPrior.init(createRng(1, chain)), tried.init(createRng(1, chain))];
    gain += (height(other) - height(one)) / 4;
  }
  // A draw from the prior is hundreds below any fit.
  expect(gain).toBeGreaterThan(50);
});

test("a start depends on its stream alone", () => {
  const kernel = piloted().compile(target);
  const [one, other] = [kernel.init(createRng(3, 1)), kernel.init(createRng(3, 1))];
  expect(other.theta).toEqual(one.theta);
  expect(other.z).toEqual(one.z);
  expect(other.theta.data).not.toBe(one.theta.data);
});

test("with a random number of components trials begin where the chain is told to, and a split finds the second", () => {
  const { table: of, model: two } = simulateVarying({ n: 120, seed: 4 });
  const { target: free } = compile(sampledModel(two, { basis: 3, components: poisson(1) }), of);
  const kernel = ascending({ start: "fewest" }).compile(free);
  const [one, other] = [kernel.init(createRng(6, 1)), kernel.init(createRng(6, 1))];
  expect(one.theta.rows).toBe(2);
  expect(other.theta).toEqual(one.theta);
  // What trials have learned is not the chain's.
  expect(kernel.learned!.every((value) => value === 0)).toBe(true);
  expect(() => ascending().compile(target)).toThrow();
  expect(() => piloted().compile(free)).toThrow("Use ascending");
});

test("models of few parameters start as they do without trials", () => {
  const { varying: _, ...plain } = sampledModel(model);
  const few = compile(plain, table).target;
  const [one, other] = [gibbs(), piloted()].map((sampler) =>
    sampler.compile(few).init(createRng(5, 1)),
  );
  expect(other!.theta).toEqual(one!.theta);
});
