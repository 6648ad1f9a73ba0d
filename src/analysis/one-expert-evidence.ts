import { relativeEffectiveSize } from "../../samplers/smc/weights.ts";
import type { Target } from "../core/target.ts";
import { fastLog } from "../math/exp.ts";
import { logSumExp } from "../math/log-sum-exp.ts";
import type { Rng } from "../math/rng.ts";
import { judged, noEvidence, type RunEvidence } from "./judged-evidence.ts";

/**
 * The log evidence of one expert by importance sampling from the posterior that its family knows or approximates; exact,
 * with error 0, where it knows it.
 */
export function oneExpertEvidence(
  rng: Rng,
  { expert, deviation }: Target,
  draws: number,
): RunEvidence {
  if (deviation !== undefined) return noEvidence("the mixture deviates from a known density");
  const n = expert.y.length;
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const q = expert.approximate?.({ rows, weight: new Float64Array(n).fill(1) });
  if (q === undefined) return noEvidence("the family has no approximate posterior of one expert");
  const theta = new Float64Array(expert.dimension);
  const logs = Float64Array.from({ length: draws }, () => q.draw(rng, theta));
  const total = logSumExp(logs);
  if (!Number.isFinite(total)) return noEvidence("the posterior of one expert is not proper");
  if (logs.every((log) => log === logs[0])) {
    return { value: logs[0]!, se: 0, overlap: 1, effective: draws, leftOut: 0 };
  }
  const overlap = relativeEffectiveSize(logs);
  return judged({
    value: total - fastLog(draws),
    se: Math.sqrt((1 / overlap - 1) / (draws - 1)),
    overlap,
    effective: overlap * draws,
    leftOut: 0,
  });
}
