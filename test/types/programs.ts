/**
 * Programs that must compile, and lines that must not: each of these is marked, and the compiler complains about a
 * mark that is not needed.
 */

import { componentSummary } from "../../diagnostics/component-summary.ts";
import type { Target } from "../../src/core/target.ts";
import {
  constant,
  type Draws,
  gaussian,
  gibbs,
  independent,
  inverseGamma,
  type LabelledDraws,
  moe,
  normal,
  normalInverseGamma,
  sample,
  softmax,
  tableFrom,
  variable,
} from "../../src/index.ts";

const model = moe({
  experts: gaussian(
    "y ~ x",
    independent({ coefficients: normal(0, 1), variance: inverseGamma(2, 1) }),
  ),
  gate: softmax("~ x", normal(0, 2), { baseline: "last" }),
  components: 3,
});

export const run = await sample(model, tableFrom({ x: [1, 2], y: [1, 2] }), { sampler: gibbs() });
export const chains: Float64Array[] = variable(run.draws, "K");

// @ts-expect-error: an update of the gate is named by a string
gibbs({ gateUpdate: 3 });
// @ts-expect-error: the sampler knows no such option
gibbs({ gateUpdat: "laplace" });
// @ts-expect-error: there is no such start
gibbs({ start: "middle" });
// @ts-expect-error: a baseline is "none" or "last"
softmax("~ x", normal(0, 2), { baseline: "first" });
// @ts-expect-error: a rate is missing
normalInverseGamma({ mean: 0, scale: 1, shape: 2 });
// @ts-expect-error: a prior is a declaration, not a number
constant(1);
// @ts-expect-error: experts are declared, not named
moe({ experts: "y ~ x", gate: constant(), components: 2 });
// @ts-expect-error: a declaration is not changed after it was made
model.components = 4;

declare const raw: Draws;
declare const labelled: LabelledDraws;
declare const target: Target;
componentSummary(labelled, target);
// @ts-expect-error: components of draws that were not relabelled mean nothing
componentSummary(raw, target);
