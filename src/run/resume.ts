import { UsageError } from "../core/errors.ts";
import type { DataFingerprint } from "../core/run.ts";
import type { RunRecord } from "./run-record.ts";

/** Throws a UsageError that names everything in which a run that is to be continued differs from what is asked. */
export function mustContinue(stored: RunRecord, asked: RunRecord, path: string): void {
  const before = decisive(stored);
  const now = decisive(asked);
  const differing = Object.keys(now).filter((name) => before[name] !== now[name]);
  if (differing.length > 0) {
    const found = differing.map((name) =>
      name === "data"
        ? `data: ${told(stored.data)} there, ${told(asked.data)} now`
        : difference(name, before[name]!, now[name]!),
    );
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

const told = ({ source, rows, sha256 }: DataFingerprint): string =>
  `${source} (${rows} rows, SHA-256 ${sha256.slice(0, 8)}…)`;

const MOST_SHOWN = 60;
const SHOWN_BEFORE = 20;

/** What is there and what is now; of long texts only where they begin to differ. */
function difference(name: string, there: string, now: string): string {
  const short = Math.max(there.length, now.length) <= MOST_SHOWN;
  let same = 0;
  while (there[same] === now[same]) same++;
  const from = short ? 0 : Math.max(0, same - SHOWN_BEFORE);
  return `${name}: ${excerpt(there, from)} there, ${excerpt(now, from)} now`;
}

function excerpt(text: string, from: number): string {
  const part = text.slice(from, from + MOST_SHOWN);
  return `${from > 0 ? "…" : ""}${part}${from + MOST_SHOWN < text.length ? "…" : ""}`;
}

/** Everything but `draws` that decides the draws, as text; the data first, since default priors depend on them. */
function decisive(record: RunRecord): Record<string, string> {
  const { settings, model, data, chains, version } = record;
  return {
    data: data.sha256,
    model: canonical(model),
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
