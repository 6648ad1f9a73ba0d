import type { Report } from "../index.ts";
import { type Api, type Context, note, type OutputOptions, printJson } from "./context.ts";
import type { Sink } from "./io.ts";

/** What a command has concluded, ready to be printed. */
export interface Shown {
  readonly verdict: string;
  readonly summary: unknown;
  /** Made only where it is printed. */
  readonly report: () => Report;
  /** What a terminal shows of the report, in this order. */
  readonly sections: readonly string[];
  /** Where files have been kept, in words. */
  readonly places: readonly string[];
}

/** Prints a conclusion as the options ask for: the JSON, the verdict alone, or the report in words. */
export function show(
  context: Context,
  api: Api,
  { verdict, summary, report, sections, places }: Shown,
  options: OutputOptions,
): void {
  const { stdout } = context.io;
  if (options.json === true) {
    printJson(context, summary);
    for (const place of places) note(context, options, place);
  } else if (options.quiet === true) {
    stdout.write(`${verdict}\n`);
  } else {
    stdout.write(asText(api, report(), context.io, sections));
    if (places.length > 0) stdout.write(`\n${places.join("\n")}\n`);
  }
}

/** A report for the terminal: the verdict, the findings and the tables of these sections. */
export function asText(
  api: Api,
  report: Report,
  { stdout, env }: Context["io"],
  sections: readonly string[],
): string {
  return api.renderText(report, {
    sections,
    colour: stdout.isTTY === true && env["NO_COLOR"] === undefined,
    ...widthOf(stdout),
  });
}

function widthOf({ columns }: Sink): { readonly width?: number } {
  return !columns ? {} : { width: Math.min(Math.max(columns, 40), 100) };
}
