import type { Sampler } from "../src/core/kernel.ts";
import { lookUp } from "../src/core/registry.ts";
import { ascending } from "./ascending.ts";
import { gibbs } from "./gibbs.ts";
import { marginal } from "./marginal.ts";
import { mfm } from "./mfm.ts";
import { piloted } from "./piloted.ts";
import { composite, reversibleJump } from "./reversible-jump.ts";

/** Every sampler, by name; each takes its options as plain data. Registering one subjects it to the contract tests. */
export const samplers: Readonly<
  Record<string, (options: Readonly<Record<string, string | number>>) => Sampler>
> = {
  marginal,
  gibbs,
  piloted,
  "reversible-jump": reversibleJump,
  mfm,
  ascending,
  auto: composite,
};

/** The sampler called `name` with these options; throws a ModelError that lists the known ones. */
export function sampler(name: string, options: Readonly<Record<string, string | number>>): Sampler {
  return lookUp(samplers, name, "sampler")(options);
}
