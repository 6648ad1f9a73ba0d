import type { CountPrior } from "../../src/core/distribution.ts";
import type { State, Target } from "../../src/core/target.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { type ConjugateFit, conjugateFit, expectedLogSd } from "./enumeration.ts";
import { CONJUGATE, CONSTANT } from "./gibbs-cases.ts";
import type { Observables } from "./observables.ts";
import { numbersUpTo } from "./random-count.ts";
import { designRows, type RandomModel, RESPONSE, tinyTarget } from "./tiny-targets.ts";

/** One allocation of all rows to K experts, with their closed forms. */
interface Allocation {
  readonly K: number;
  readonly z: readonly number[];
  readonly fits: readonly ConjugateFit[];
  readonly logWeight: number;
}

/** Conjugate experts with weights that do not depend on covariates: everything has a closed form given z. */
export function enumerableTarget(components: CountPrior, rows: number): Target {
  const model: RandomModel = { experts: CONJUGATE, gate: CONSTANT, components, rows };
  return tinyTarget(model);
}

/** Posterior quantities of that target with what they are, by a sum over all K and all Kⁿ allocations; n ≤ 5 or so. */
export function enumeratedCount(prior: CountPrior, rows: number): Observables {
  const all = numbersUpTo(prior.max).flatMap((K) => allocations(prior, K, rows));
  const highest = Math.max(...all.map(({ logWeight }) => logWeight));
  const weight = all.map(({ logWeight }) => Math.exp(logWeight - highest));
  const total = weight.reduce((sum, w) => sum + w, 0);
  const mean = (f: (allocation: Allocation) => number): number =>
    all.reduce((sum, allocation, m) => sum + weight[m]! * f(allocation), 0) / total;

  const counts = numbersUpTo(prior.max);
  const filled = numbersUpTo(Math.min(prior.max, rows));
  return {
    names: [
      ...counts.map((k) => `K = ${k}`),
      ...filled.map((k) => `K_filled = ${k}`),
      "rows 0 and 1 share an expert",
      "mean log sd",
      "K · mean log sd",
    ],
    expected: [
      ...counts.map((k) => mean(({ K }) => Number(K === k))),
      ...filled.map((k) => mean(({ z }) => Number(new Set(z).size === k))),
      mean(({ z }) => Number(z[0] === z[1])),
      mean(({ fits, K }) => sum(fits, expectedLogSd) / K),
      mean(({ fits }) => sum(fits, expectedLogSd)),
    ],
    observe({ theta, z }: State, out) {
      const K = theta.rows;
      out.fill(0);
      out[K - 1] = 1;
      out[counts.length + new Set(z).size - 1] = 1;
      const at = counts.length + filled.length;
      out[at] = Number(z[0] === z[1]);
      const sdAt = theta.columns - 1;
      for (let k = 0; k < K; k++) {
        out[at + 2] = out[at + 2]! + Math.log(theta.data[k * theta.columns + sdAt]!);
      }
      out[at + 1] = out[at + 2]! / K;
    },
  };
}

/** log p(K) p(z | K) p(y | z) of every allocation: a Dirichlet-multinomial and marginal likelihoods. */
function allocations(prior: CountPrior, K: number, rows: number): Allocation[] {
  const regression = { X: designRows(rows), y: RESPONSE.slice(0, rows) };
  const a = CONSTANT.prior.concentration;
  const fitOf = remembered((members: string) =>
    conjugateFit(regression, (i) => members[i] === "1", CONJUGATE),
  );
  return Array.from({ length: K ** rows }, (_, code): Allocation => {
    const z = regression.y.map((__, i) => Math.floor(code / K ** i) % K);
    const components = numbersUpTo(K).map((k) => k - 1);
    const fits = components.map((k) => fitOf(z.map((own) => Number(own === k)).join("")));
    const logGate = sum(components, (k) => {
      const count = z.filter((own) => own === k).length;
      return logGamma(a + count) - logGamma(a);
    });
    const logWeight =
      prior.logProbability(K) +
      logGamma(K * a) -
      logGamma(K * a + rows) +
      logGate +
      sum(fits, ({ logMarginal }) => logMarginal);
    return { K, z, fits, logWeight };
  });
}

function remembered<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
}

function sum<T>(values: readonly T[], f: (value: T) => number): number {
  return values.reduce((total, value) => total + f(value), 0);
}
