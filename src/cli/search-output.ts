import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Report } from "../index.ts";
import { seedOption, workersOption } from "./common-options.ts";
import { type Api, type Context, jsonText, type OutputOptions } from "./context.ts";
import { InputError } from "./input-error.ts";
import { path, wholeNumber } from "./option-values.ts";
import { show } from "./show.ts";

/** How a command line says how models are fitted, and where what was found goes. */
export interface SearchOptions extends OutputOptions {
  readonly starts?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly sdFloor?: number;
  readonly out?: string;
  readonly overwrite?: true;
  readonly report?: true;
}

/** Gives a command the options of a search over models; `file` is the JSON that it writes. */
export function addSearchOptions(command: Command, file: string): Command {
  return command
    .option("--starts <n>", "starts of each model (default: 20)", wholeNumber("--starts", 1))
    .addOption(seedOption())
    .addOption(workersOption())
    .option("--sd-floor <sd>", "no sd becomes smaller", positiveNumber("--sd-floor"))
    .option("--out <folder>", `keep ${file} here`, path("--out"))
    .option("--overwrite", "replace what is in --out")
    .option("--report", "write report.html into --out");
}

function positiveNumber(option: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw new InputError(`${option} must be a positive number; got "${text}"`);
  };
}

/** The options that the library takes as they are. */
export function fittingOptions({ starts, seed, workers, sdFloor }: SearchOptions) {
  const given = Object.entries({ starts, seed, workers, sdFloor });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Throws an InputError where an option needs a folder, or the folder holds an earlier result. */
export function checkOut({ out, overwrite, report }: SearchOptions, file: string): void {
  const needsOut = report ? "--report" : overwrite ? "--overwrite" : undefined;
  if (out === undefined) {
    if (needsOut === undefined) return;
    throw new InputError(`${needsOut} must come with --out, which names a folder`);
  }
  if (existsSync(join(out, "run.json"))) {
    throw new InputError(`${out} is the folder of a run; name another folder`);
  }
  if (overwrite || !existsSync(join(out, file))) return;
  throw new InputError(`${out} holds an earlier ${file}; give --overwrite, or name another folder`);
}

/** What a search has found, ready to be shown. */
export interface Found {
  readonly verdict: string;
  readonly summary: unknown;
  readonly report: Report;
}

/** Writes JSON and page into --out, and prints what the options ask for. */
export async function showFound(
  context: Context,
  api: Api,
  { verdict, summary, report }: Found,
  options: SearchOptions & { readonly file: string; readonly sections: readonly string[] },
): Promise<void> {
  const places: string[] = [];
  if (options.out !== undefined) {
    mkdirSync(options.out, { recursive: true });
    const json = join(options.out, options.file);
    api.writeAtomically(json, jsonText(summary));
    places.push(`numbers: ${json}`);
    if (options.report) {
      const page = join(options.out, "report.html");
      api.writeAtomically(page, await api.renderHtml(report, summary));
      places.push(`page: ${page}`);
    }
  }
  const shown = { verdict, summary, report: () => report, sections: options.sections, places };
  show(context, api, shown, options);
}

/** A line that is written over, on a terminal; nothing elsewhere. */
export function countdown({ io }: Context, { quiet }: OutputOptions, what: string) {
  return (done: number, total: number): void => {
    if (quiet === true || io.stderr.isTTY !== true) return;
    io.stderr.write(done < total ? `\r${done} of ${total} ${what}` : "\r\u001b[K");
  };
}
