import { starts as knownStarts } from "../../samplers/initialize.ts";
import { UsageError } from "../core/errors.ts";
import type { SamplingSettings } from "../core/run.ts";
import type { SampleOptions } from "./sample-options.ts";

/** What the options say, defaults filled in. */
export interface Plan {
  readonly settings: SamplingSettings;
  /** How each chain starts, in order. */
  readonly starts: readonly string[];
}

/** Fills in the defaults; throws a UsageError that names the option and its value. */
export function planOf(options: SampleOptions): Plan {
  const { name, start, rest } = samplerOf(options);
  const starts = checkStarts(options.starts ?? (start === undefined ? knownStarts : [`${start}`]));
  checkFolderOptions(options);
  if (options.workers !== undefined) whole("workers", options.workers, 1);
  const { chains = 4, warmup = 1000, draws = 1000, thin = 1, seed = 1 } = options;
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
function samplerOf({ sampler = "gibbs", samplerOptions = {} }: SampleOptions) {
  const built = typeof sampler === "string" ? { name: sampler, options: {} } : sampler;
  const { start, ...rest }: Record<string, string | number> = {
    ...built.options,
    ...samplerOptions,
  };
  return { name: built.name, start, rest };
}

function checkStarts(starts: readonly string[]): readonly string[] {
  const known: readonly string[] = knownStarts;
  const unknown = starts.find((start) => !known.includes(start));
  if (starts.length > 0 && unknown === undefined) return starts;
  throw new UsageError(
    `\`starts\` must be one or more of ${known.join(", ")}; got ${unknown ?? "none"}`,
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
