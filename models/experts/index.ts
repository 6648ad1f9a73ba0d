import type { ExpertFamily } from "../../src/core/expert.ts";
import { lookUp } from "../../src/core/registry.ts";
import { binomial } from "./binomial.ts";
import { gaussian } from "./gaussian.ts";
import { negativeBinomial } from "./negative-binomial.ts";
import { poisson } from "./poisson.ts";
import { tanhExpert } from "./tanh.ts";

/** Every expert family, by name. Registering one subjects it to the contract tests. */
export const experts: Readonly<Record<string, ExpertFamily>> = {
  gaussian,
  poisson,
  binomial,
  [negativeBinomial.name]: negativeBinomial,
  tanh: tanhExpert,
};

/** The family called `name`; throws a ModelError that lists the known ones. */
export function expertFamily(name: string): ExpertFamily {
  return lookUp(experts, name, "expert family");
}
