import { reweighted } from "../../diagnostics/count-posterior.ts";
import { compileCount } from "../../models/counts/index.ts";
import { describeModel } from "../../models/describe.ts";
import { betaNegativeBinomial } from "../../models/index.ts";
import { poisson } from "../../models/poisson.ts";
import type { CountAnalysis } from "../analysis/count.ts";
import type { CountDeclaration } from "../core/distribution.ts";
import { type Draws, equalLengths, variable } from "../core/draws.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { fastExp } from "../math/exp.ts";
import type { CountUnderPrior } from "../report/selection-input.ts";

/** The priors under which the posterior is shown whatever the run's: each as weak as people use them. */
const others = (max: number): readonly CountDeclaration[] => [
  poisson(1, { max }),
  betaNegativeBinomial(1, 4, 3, { max }),
  { kind: "uniform", lower: 1, upper: max, max },
];

/** The posterior of the number of experts under the prior of the run, and by weights under the others. */
export function underPriors(
  model: ModelDeclaration,
  draws: Draws,
  count: CountAnalysis,
): CountUnderPrior[] {
  const own = model.components as CountDeclaration;
  const counts = variable(equalLengths(draws), "K");
  const first: CountUnderPrior = {
    prior: inWords(model, own),
    priorProbability: count.prior,
    probability: count.probability,
    mcse: count.mcse,
    filled: count.filled,
  };
  const rest = others(count.max)
    .map((declaration) => ({ declaration, probabilities: probabilitiesOf(declaration) }))
    .filter(({ probabilities }) => !same(probabilities, count.prior))
    .map(({ declaration, probabilities }): CountUnderPrior => {
      const { probability, mcse } = reweighted(counts, count.prior, probabilities);
      return {
        prior: inWords(model, declaration),
        priorProbability: probabilities,
        probability,
        mcse,
      };
    });
  return [first, ...rest];
}

function probabilitiesOf(declaration: CountDeclaration): number[] {
  const prior = compileCount(declaration);
  return Array.from({ length: prior.max }, (_, k) => fastExp(prior.logProbability(k + 1)));
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((p, k) => Math.abs(p - b[k]!) < 1e-9);

function inWords(model: ModelDeclaration, components: CountDeclaration): string {
  const words = describeModel({ ...model, components });
  return words.find(({ about }) => about === "components")?.words ?? components.kind;
}
