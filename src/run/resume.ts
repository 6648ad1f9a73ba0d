import { UsageError } from "../core/errors.ts";
import type { RunRecord } from "./run-record.ts";

/** Throws a UsageError that names everything in which a run that is to be continued differs from what is asked. */
export function mustContinue(stored: RunRecord, asked: RunRecord, path: string): void {
  const before = decisive(stored);
  const now = decisive(asked);
  const differing = Object.keys(now).filter((name) => before[name] !== now[name]);
  if (differing.length > 0) {
    const found = differing.map((name) => `${name}: ${before[name]} there, ${now[name]} now`);
    throw new UsageError(
      `a run can only be continued as it began; ${path} differs in ${found.join("; ")}; ` +
        "ask for the same, or start a new run in another folder",
      { path, differing },
    );
  }
  if (asked.settings.draws < stored.settings.draws) {
    throw new UsageError(
      `\`draws\` must be at least what the run in ${path} was asked for (${stored.settings.draws}); ` +
        `got ${asked.settings.draws}`,
      { path, draws: asked.settings.draws },
    );
  }
}

/** Everything but `draws` that decides the draws, as text. */
function decisive(record: RunRecord): Record<string, string> {
  const { settings, model, data, chains, version } = record;
  return {
    model: canonical(model),
    data: data.sha256,
    seed: String(settings.seed),
    chains: String(settings.chains),
    warmup: String(settings.warmup),
    thin: String(settings.thin),
    sampler: settings.sampler,
    "sampler options": canonical(settings.samplerOptions),
    starts: chains.map(({ start }) => start).join(", "),
    version,
  };
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
