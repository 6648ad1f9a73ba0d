import { starts as fixedStarts } from "../../samplers/initialize.ts";
import { countStarts } from "../../samplers/initialize-count.ts";
import { UsageError } from "../core/errors.ts";
import type { SamplingSettings } from "../core/run.ts";
import type { SampleOptions } from "./sample-options.ts";

const DRAWS = 1000;
/** Chains that move between numbers of experts take tens of sweeps for an independent draw, and sweeps are quick. */
const DRAWS_OF_RANDOM_COUNT = 4000;

/** What the options say, defaults filled in. */
export interface Plan {
  readonly settings: SamplingSettings;
  /** How each chain starts, in order. */
  readonly starts: readonly string[];
}

/**
 * Fills in the defaults, which depend on whether the number of components is random; throws a UsageError that names the
 * option and its value.
 */
export function planOf(options: SampleOptions, isRandom: boolean): Plan {
  const { name, start, rest } = samplerOf(options, isRandom);
  const known: readonly string[] = isRandom ? countStarts : fixedStarts;
  const asked = options.starts ?? (start === undefined ? known : [`${start}`]);
  const starts = checkStarts(asked, known, isRandom);
  checkFolderOptions(options);
  if (options.workers !== undefined) whole("workers", options.workers, 1);
  const { chains = 4, warmup = 1000, thin = 1, seed = 1 } = options;
  const { draws = isRandom ? DRAWS_OF_RANDOM_COUNT : DRAWS } = options;
  return {
    settings: {
      sampler: name,
      samplerOptions: rest,
      chains: whole("chains", chains, 1),
      warmup: whole("warmup", warmup, 0),
      draws: whole("draws", draws, 1),
      thin: whole("thin", thin, 1),
      seed: whole("seed", seed, 0),
    },
    starts: Array.from({ length: chains }, (_, c) => starts[c % starts.length]!),
  };
}

/** The sampler by name or as built; how it starts is told apart, since each chain starts in its own way. */
function samplerOf({ sampler = "auto", samplerOptions = {} }: SampleOptions, isRandom: boolean) {
  const built = typeof sampler === "string" ? { name: sampler, options: {} } : sampler;
  const { start, ...rest }: Record<string, string | number> = {
    ...built.options,
    ...samplerOptions,
  };
  const name = built.name === "auto" && !isRandom ? "marginal" : built.name;
  return { name, start, rest };
}

function checkStarts(
  starts: readonly string[],
  known: readonly string[],
  isRandom: boolean,
): readonly string[] {
  const unknown = starts.find((start) => !known.includes(start));
  if (starts.length > 0 && unknown === undefined) return starts;
  const where = isRandom ? " where the number of experts is random" : "";
  throw new UsageError(
    `\`starts\` must be one or more of ${known.join(", ")}${where}; got ${unknown ?? "none"}`,
    { starts },
  );
}

function checkFolderOptions({ out, resume = false, overwrite = false }: SampleOptions): void {
  if (resume && overwrite) {
    throw new UsageError("only one of `resume` and `overwrite` may be asked for; got both");
  }
  if (out === undefined && (resume || overwrite)) {
    const option = resume ? "resume" : "overwrite";
    throw new UsageError(`\`${option}\` must come with \`out\`; name the folder of the run`);
  }
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`\`${name}\` must be a whole number ≥ ${least}; got ${value}`, {
    [name]: value,
  });
}
