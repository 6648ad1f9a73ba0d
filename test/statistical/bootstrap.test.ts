import { expect, test } from "vitest";
import { standardErrors } from "../../diagnostics/standard-errors.ts";
import { bootstrap } from "../../src/analysis/bootstrap.ts";

import { fromFormula, type Maximum, maximize, tableFrom } from "../../src/index.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, uniform } from "../../src/math/rng.ts";

const REPLICATES = 200;
/** Relative sd of the sd of so many normal replicates. */
const SPREAD = 1 / Math.sqrt(2 * (REPLICATES - 1));

/** Two lines; the first in about half of the rows, in more of them where x is large. */
function lines(n: number) {
  const rng = createRng(3, 5);
  const x = Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  const y = x.map((v) => {
    const mean = uniform(rng) < 1 / (1 + Math.exp(-0.8 * v)) ? 1 + 2 * v : -1 - v;
    return mean + 0.5 * normal(rng);
  });
  return tableFrom({ x, y });
}

function errorsOf({ fitted, state }: Maximum, kind: "observed" | "sandwich"): Float64Array {
  const { target, report } = fitted.compiled;
  const errors = standardErrors(target, state, { kind, report });
  if ("reason" in errors) throw new Error(errors.message);
  const p = errors.names.length;
  return Float64Array.from(errors.names, (_, j) => Math.sqrt(errors.covariance.data[j * (p + 1)]!));
}

test("sds of parametric replicates are those of the observed information", async () => {
  const model = fromFormula({ formula: "y ~ x | x", components: 2 });
  const maximum = await maximize(model, lines(700), { starts: 4, workers: 1 });
  const { sd, names, failures } = await bootstrap(maximum, { replicates: REPLICATES, workers: 1 });
  const errors = errorsOf(maximum, "observed");
  expect(failures).toEqual({ failed: 0, degenerate: 0, notConverged: 0 });
  names.forEach((name, j) => {
    // 12 numbers at 4 errors each: a false alarm in 1 of 1300 seeds.
    expect(Math.abs(sd[j]! / errors[j]! - 1), name).toBeLessThan(4 * SPREAD);
  });
});

test("weighted replicates spread as the sandwich says, not as the information of a wrong model", async () => {
  const rng = createRng(8);
  const x = Array.from({ length: 800 }, () => 2 * uniform(rng) - 1);
  const y = x.map((v) => 1 + v + (0.2 + 2 * v * v) * normal(rng));
  const model = fromFormula({ formula: "y ~ x", components: 1 });
  const maximum = await maximize(model, tableFrom({ x, y }), { starts: 1, workers: 1 });
  const { sd, names } = await bootstrap(maximum, {
    kind: "weighted",
    replicates: REPLICATES,
    workers: 1,
  });
  const [right, wrong] = [errorsOf(maximum, "sandwich"), errorsOf(maximum, "observed")];
  for (const name of ["coef[1,(Intercept)]", "coef[1,x]", "sd[1]"]) {
    const j = names.indexOf(name);
    expect(Math.abs(sd[j]! / right[j]! - 1), name).toBeLessThan(4 * SPREAD);
  }
  for (const name of ["coef[1,x]", "sd[1]"]) {
    const j = names.indexOf(name);
    expect(sd[j]! / wrong[j]! - 1, name).toBeGreaterThan(4 * SPREAD);
  }
});
