import { binomial, gaussian, negativeBinomial, softmax } from "../../models/index.ts";
import {
  type VaryingDeclaration,
  type VaryingModel,
  varying,
  varyingMoe,
} from "../../models/varying.ts";
import type { Table } from "../../src/core/data.ts";
import type { CoefficientCurve } from "../../src/core/varying-fit.ts";
import { tableFrom } from "../../src/data/table.ts";
import { fastExp } from "../../src/math/exp.ts";
import { logistic } from "../../src/math/log-sum-exp.ts";
import { binomial as successesOf } from "../../src/math/random/binomial.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { normal } from "../../src/math/random/normal.ts";
import { poisson } from "../../src/math/random/poisson.ts";
import { createRng, uniform } from "../../src/math/rng.ts";
import type { VaryingFit } from "../../src/run/varying-fit.ts";

export type Family = "gaussian" | "binomial" | "negative-binomial";

/** y ~ z | x with two components along u; every coefficient varies, expert 1 lies lower. */
export function varyingTable(family: Family, n: number, seed: number, trials = 8): Table {
  const rng = createRng(seed);
  const columns = { y: [], u: [], z: [], x: [], trials: [] } as Record<string, number[]>;
  for (let i = 0; i < n; i++) {
    const [u, z, x] = [uniform(rng), normal(rng), normal(rng)];
    const isFirst = uniform(rng) < logistic(-0.2 + 0.7 * u + (0.45 - 0.5 * u) * x);
    const wave = Math.sin(2 * Math.PI * u);
    const eta = isFirst ? -1 + 0.5 * wave + (0.7 + 0.4 * u) * z : 1 + 0.4 * u - 0.5 * z;
    const entries = { u, z, x, trials, y: response(family, eta, isFirst, trials) };
    for (const [name, value] of Object.entries(entries)) columns[name]!.push(value);
  }
  return tableFrom(columns);

  function response(of: Family, eta: number, isFirst: boolean, count: number): number {
    if (of === "gaussian") return eta + (isFirst ? 0.35 : 0.45) * normal(rng);
    if (of === "binomial") return successesOf(rng, count, logistic(1.5 * eta));
    return poisson(rng, (fastExp(2 + eta) * gamma(rng, 8)) / 8);
  }
}

const EXPERTS = {
  gaussian: gaussian("y ~ z"),
  binomial: binomial("y ~ z + trials(trials)"),
  "negative-binomial": negativeBinomial("y ~ z"),
};

export function varyingCase(
  family: Family,
  components: number,
  what: VaryingDeclaration = varying("u"),
): VaryingModel {
  return varyingMoe({ experts: EXPERTS[family], gate: softmax("~ x"), components, varying: what });
}

/** A column of numbers. */
export function numbers(table: Table, name: string): Float64Array {
  const column = table.columns.get(name);
  if (column?.kind !== "numeric") throw new Error(`${name} must be numeric`);
  return column.values;
}

/** The curve of a fit by its name. */
export const curve = (
  { curves }: VaryingFit,
  part: CoefficientCurve["part"],
  component: number,
  term: string,
) => curves.find((one) => one.part === part && one.component === component && one.term === term)!;
