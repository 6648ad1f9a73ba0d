import { expect, test } from "vitest";
import { compile } from "../../models/compile.ts";
import { gaussian, moe, poisson, softmax } from "../../models/index.ts";
import { sampler } from "../../samplers/index.ts";
import { tableFrom } from "../../src/data/table.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, type Rng, uniform } from "../../src/math/rng.ts";

const COVARIATES = 5;
const EXPERTS = 4;
const SECONDS = 60;

/** Rows of a mixture of four regressions on five covariates, all in gate and experts; the gate overlaps. */
function simulate(rng: Rng, n: number) {
  const draw = (scale: number) => Array.from({ length: COVARIATES }, () => scale * normal(rng));
  const truth = Array.from({ length: EXPERTS }, (_, k) => ({
    coefficients: [3 * (k - 1.5), ...draw(1.5)],
    gate: [0.5 * normal(rng), ...draw(1.2)],
    sd: 0.5 + (0.5 * k) / (EXPERTS - 1),
  }));
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  const columns: Record<string, Float64Array> = { y: new Float64Array(n) };
  for (let j = 1; j <= COVARIATES; j++) columns[`x${j}`] = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const x = [1, ...draw(1)];
    for (let j = 1; j <= COVARIATES; j++) columns[`x${j}`]![i] = x[j]!;
    const weights = truth.map(({ gate }) => Math.exp(dot(gate, x)));
    let rest = uniform(rng) * weights.reduce((a, b) => a + b, 0);
    const at = weights.findIndex((weight) => {
      rest -= weight;
      return rest <= 0;
    });
    const { coefficients, sd } = truth[Math.max(0, at)]!;
    columns["y"]![i] = dot(coefficients, x) + sd * normal(rng);
  }
  return tableFrom(columns);
}

test("from one expert the number that made 5000 rows on five covariates is found within a minute", () => {
  const terms = Array.from({ length: COVARIATES }, (_, j) => `x${j + 1}`).join(" + ");
  const model = moe({
    experts: gaussian(`y ~ ${terms}`),
    gate: softmax(`~ ${terms}`),
    components: poisson(1, { max: 12 }),
  });
  const { target } = compile(model, simulate(createRng(7, 9), 5000));
  const began = process.cpuUsage();
  const seconds = () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  const kernel = sampler("auto", { start: "fewest" }).compile(target);
  const rng = createRng(3, 1);
  let state = kernel.init(rng);
  expect(state.theta.rows).toBe(1);
  let found = Number.POSITIVE_INFINITY;
  const counts: number[] = [];
  for (let t = 0; t < 300 && seconds() < SECONDS; t++) {
    ({ state } = kernel.step(rng, state, t < 100));
    counts.push(state.theta.rows);
    if (state.theta.rows === EXPERTS) found = Math.min(found, seconds());
  }
  expect(found).toBeLessThan(SECONDS);
  const last = counts.slice(-100);
  expect(last.filter((K) => K === EXPERTS).length).toBeGreaterThan(80);
});

test("memory stays flat over a hundred thousand sweeps that change the number of experts", () => {
  const x = Array.from({ length: 30 }, (_, i) => i / 15 - 1);
  const y = x.map((value, i) => (value < 0 ? value : 1 - 2 * value) + 0.2 * Math.sin(i * i));
  const model = moe({
    experts: gaussian("y ~ x"),
    gate: softmax("~ x"),
    components: poisson(1, { max: 6 }),
  });
  const { target } = compile(model, tableFrom({ x, y }));
  const kernel = sampler("auto", {}).compile(target);
  const rng = createRng(1, 1);
  let state = kernel.init(rng);
  const walk = (sweeps: number): number => {
    for (let t = 0; t < sweeps; t++) ({ state } = kernel.step(rng, state));
    return process.memoryUsage().rss / 2 ** 20;
  };
  const before = walk(20_000);
  // A number kept a sweep would take 0.8 MB at 8 bytes; states of 6 experts 50 MB.
  expect(walk(100_000) - before).toBeLessThan(40);
});
