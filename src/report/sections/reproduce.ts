import type { ReportBlock, Section } from "../../core/report.ts";
import { formatCount, formatSeconds } from "../format-number.ts";
import type { ReportInput, RunFacts } from "../input.ts";
import { section, tableOf } from "./blocks.ts";

/** The declaration, priors, seed and versions that make the same draws again. */
export function reproduceSection({ run }: ReportInput): Section[] {
  if (run === undefined) return [];
  return section("reproduce", "Model and reproduction", [
    run.priors.length > 0 ? priorTable(run) : undefined,
    run.command ? { kind: "code", caption: "Command", text: folded(run.command) } : undefined,
    factTable(run),
    { kind: "code", caption: "Declaration", text: JSON.stringify(run.model, null, 2) },
  ]);
}

/** A command with an option a line, as a shell reads it: words in quotes stay as they are. */
const folded = (command: string): string =>
  command.replace(/\\.|'[^']*'|"[^"]*"| --/g, (found) => (found === " --" ? " \\\n  --" : found));

const priorTable = ({ priors }: RunFacts): ReportBlock => ({
  kind: "table",
  caption: "Priors, and how each block of parameters is sampled.",
  table: tableOf(priors, [
    { heading: "block", cell: ({ block }) => block, words: true },
    { heading: "prior", cell: ({ prior }) => prior, words: true },
    { heading: "update", cell: ({ update }) => update ?? "", words: true },
  ]),
});

function factTable({ version, seconds, settings, data, finished }: RunFacts): ReportBlock {
  const { chains, warmup, draws, thin } = settings;
  const options = Object.entries(settings.samplerOptions).map(
    ([name, value]) => `${name} ${value}`,
  );
  const dropped = data.dropped > 0 ? `, ${formatCount(data.dropped)} dropped (missing values)` : "";
  const facts: [string, string][] = [
    ["data", `${data.source}: ${formatCount(data.rows)} rows${dropped}`],
    ["data SHA-256", data.sha256],
    ["sampler", [settings.sampler, ...options].join(", ")],
    ["seed", `${settings.seed}`],
    ["chains", `${chains}, each ${formatCount(warmup)} warm-up + ${formatCount(draws)} draws`],
    ["thinning", thin === 1 ? "none" : `every ${thin}th iteration kept`],
    ["time", formatSeconds(seconds)],
    ["version", `moebius ${version}`],
    ...(finished ? [["finished", finished] satisfies [string, string]] : []),
  ];
  return {
    kind: "table",
    caption: "The run.",
    table: tableOf(facts, [
      { heading: "", cell: ([name]) => name, words: true },
      { heading: "", cell: ([, value]) => value, words: true },
    ]),
  };
}
