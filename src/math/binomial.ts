import { betaFraction } from "./beta-fraction.ts";
import { fastExp } from "./exp.ts";
import { logistic } from "./log-sum-exp.ts";
import { softplus } from "./softplus.ts";
import { logGamma } from "./stdlib.ts";

/** log of the number of ways to choose `count` of `trials`; −Infinity unless 0 ≤ count ≤ trials, whole numbers. */
export function logChoose(trials: number, count: number): number {
  if (Number.isNaN(count)) return count;
  if (!(count >= 0 && count <= trials && Number.isInteger(count))) return Number.NEGATIVE_INFINITY;
  if (count === 0 || count === trials) return 0;
  return logGamma(trials + 1) - logGamma(count + 1) - logGamma(trials - count + 1);
}

/** P(Y ≤ y) for Y ~ Binomial(trials, logistic(logOdds)); NaN where an argument is. To about 1e-10. */
export function binomialCdf(y: number, trials: number, logOdds: number): number {
  if (Number.isNaN(y) || Number.isNaN(logOdds) || !(trials >= 0)) return Number.NaN;
  if (y < 0) return 0;
  if (y >= trials) return 1;
  const count = Math.floor(y);
  const p = logistic(logOdds);
  const q = logistic(-logOdds);
  const mass = fastExp(logChoose(trials, count) + count * logOdds - trials * softplus(logOdds));
  const [successes, failures] = [count + 1, trials - count];
  if (p >= (successes + 1) / (trials + 3)) {
    return mass * p * betaFraction(q, failures, successes);
  }
  // P(Y = count + 1) · q · …, that mass written by the one below.
  const above = mass * (failures / successes) * p;
  return 1 - above * betaFraction(p, successes, failures);
}
