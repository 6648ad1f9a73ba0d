import { existsSync, mkdirSync } from "node:fs";
import { join, parse } from "node:path";
import type {
  SampleVaryingOptions,
  Table,
  VaryingModel,
  VaryingPosteriorStudy,
  VaryingStudy,
} from "../../index.ts";
import { commandLine } from "../command-line.ts";
import { defined } from "../common-options.ts";
import {
  type Api,
  type CliCommand,
  type Context,
  jsonText,
  note,
  type OutputOptions,
} from "../context.ts";
import { OK, PROBLEMS } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { path } from "../option-values.ts";
import { progressOf, STOPPING } from "../progress.ts";
import { show } from "../show.ts";
import {
  addVaryingBayesOptions,
  checkBayes,
  posteriorOptions,
  type VaryingBayesOptions,
} from "../varying-bayes-options.ts";
import {
  addVaryingOptions,
  checkVarying,
  studyOptions,
  type VaryingOptions,
} from "../varying-options.ts";

/** What a terminal shows of the report, in this order. */
const SECTIONS = ["count", "tests", "values", "bandwidth"];

interface Options extends VaryingOptions, VaryingBayesOptions, OutputOptions {
  readonly out?: string;
  readonly overwrite?: true;
  readonly report?: true;
}

const FILE = "varying.json";

/** moebius varying: coefficients as functions of an index. */
export const varying: CliCommand = (program, context) => {
  const command = program
    .command("varying")
    .description("estimate coefficients that are functions of an index, such as time or dose")
    .argument("<data.csv>", "the data: CSV with a header line");
  addVaryingBayesOptions(addVaryingOptions(command))
    .option("--out <folder>", `keep ${FILE}, with the fit or the draws, here`, path("--out"))
    .option("--overwrite", "replace what is in --out")
    .option("--report", "write report.html into --out")
    .action((data: string, options: Options) => context.finish(run(context, data, options)));
};

async function run(context: Context, data: string, options: Options): Promise<number> {
  checkFolder(options);
  checkVarying(options);
  checkBayes(options);
  const { bayes } = options;
  checkLimits(options);
  const api = await context.api();
  const table = await api.readTable(data);
  const model = declared(api, table, options);
  const at = await rowsOfGate(api, table, options);
  const named = { source: parse(data).base, command: commandLine(context.argv) };
  const study = await context.io.interruptible<Study>(
    (signal) =>
      bayes === true
        ? sampled(context, api, { model, table, at }, { ...options, ...named, signal })
        : api.studyVarying(model, table, {
            ...{ ...studyOptions(options, at), ...named, signal },
            progress: countdown(context, options),
          }),
    () => note(context, options, STOPPING),
  );
  const places = await keep(api, study, options);
  const { verdict, summary, input } = study;
  const report = () => api.buildVaryingReport(input);
  show(context, api, { verdict, summary, report, sections: SECTIONS, places }, options);
  return study.ok ? OK : PROBLEMS;
}

interface Asked {
  readonly model: VaryingModel;
  readonly table: Table;
  readonly at: Table | undefined;
}

/** Throws an InputError for options about limits where nothing has any. */
function checkLimits({ bands, bayes, level, contrasts, gateAt }: Options): void {
  if (bands === true || bayes === true) return;
  const asked = Object.entries({ level, contrasts, "gate-at": gateAt });
  const [stray] = asked.find(([, value]) => value !== undefined) ?? [];
  if (stray === undefined) return;
  throw new InputError(`--${stray} must come with --bands or --bayes, which have limits`);
}

async function rowsOfGate(api: Api, table: Table, { gateAt }: Options): Promise<Table | undefined> {
  if (gateAt === undefined) return undefined;
  const factors = [...table.columns].flatMap(([name, { kind }]) =>
    kind === "factor" ? [name] : [],
  );
  return api.readTable(gateAt, { factors });
}

async function sampled(
  context: Context,
  api: Api,
  { model, table, at }: Asked,
  options: Options & Pick<SampleVaryingOptions, "source" | "command" | "signal">,
): Promise<VaryingPosteriorStudy> {
  const { components, source, command, signal, out, overwrite } = options;
  const prior = typeof components === "string" ? api.parseComponents(components) : undefined;
  return api.studyVaryingPosterior(model, table, {
    ...posteriorOptions(options, at),
    ...defined({ source, command, signal, out, overwrite }),
    ...(typeof prior === "object" ? { components: prior } : {}),
    progress: await progressOf(api, context, options),
  });
}

function declared(api: Api, table: Table, options: Options): VaryingModel {
  const { formula = "", index = "", components = [], family, constant, dispersion } = options;
  // A prior on the number takes the place of this one.
  const [first = 1] = typeof components === "string" ? [] : components;
  return api.varyingFromFormula(
    {
      ...{ formula, index, components: first },
      ...defined({ family, constant }),
      ...(dispersion === undefined ? {} : { dispersion: dispersion === "varying" }),
    },
    table,
  );
}

/** Throws an InputError where an option needs a folder, or the folder holds something else. */
function checkFolder({ out, overwrite, report, bayes }: Options): void {
  const needsOut = report ? "--report" : overwrite ? "--overwrite" : undefined;
  if (out === undefined) {
    if (needsOut === undefined) return;
    throw new InputError(`${needsOut} must come with --out, which names the folder of the fit`);
  }
  if (bayes !== true && existsSync(join(out, "run.json"))) {
    throw new InputError(`${out} is the folder of a run; name another folder`);
  }
  if (overwrite || !existsSync(join(out, FILE))) return;
  throw new InputError(`${out} holds an earlier fit; give --overwrite, or name another folder`);
}

/** A line that is written over, on a terminal; nothing elsewhere. */
function countdown({ io }: Context, { quiet }: OutputOptions) {
  return (done: number, total: number, what: string): void => {
    if (quiet === true || io.stderr.isTTY !== true) return;
    io.stderr.write(done < total ? `\r${done} of ${total} ${what}` : "\r\u001b[K");
  };
}

type Study = VaryingStudy | VaryingPosteriorStudy;

async function keep(api: Api, study: Study, { out, report }: Options): Promise<string[]> {
  if (out === undefined) return [];
  const { summary, input, findings, ok, verdict } = study;
  mkdirSync(out, { recursive: true });
  api.writeAtomically(join(out, FILE), jsonText(summary));
  if ("fit" in study) {
    api.writeAtomically(join(out, "fit.json"), jsonText(study.fit));
  } else {
    const problems = findings.filter(({ severity }) => severity === "problem");
    api.recordVerdict(out, { ok, verdict, problems: problems.map(({ code }) => code) });
  }
  if (report !== true) return [`Estimates: ${out}`];
  const page = join(out, "report.html");
  api.writeAtomically(page, await api.renderHtml(api.buildVaryingReport(input), summary));
  return [`Estimates: ${out}`, `Report: ${page}`];
}
