import type { CompiledVarying } from "../../models/varying/compile.ts";
import type { Table } from "../core/data.ts";
import type { BandAlong, FunctionAlong } from "../report/varying-input.ts";
import { heldRow } from "../run/varying-along.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import {
  type BandOptions,
  type VaryingBand,
  type VaryingBands,
  varyingBands,
} from "./varying-bands.ts";
import {
  bootstrapVarying,
  type VaryingBootstrap,
  type VaryingBootstrapOptions,
} from "./varying-bootstrap.ts";

/** The coefficient functions of a fit, and the gate's probabilities, with the bands that were asked for. */
export interface StudiedBands {
  readonly functions: readonly FunctionAlong[];
  readonly probabilities?: readonly BandAlong[];
  /** What the bands are, in a sentence. */
  readonly words?: string;
  readonly bands?: VaryingBands | VaryingBootstrap;
}

/** Without bands. */
export function bareFunctions({ curves }: VaryingFit): StudiedBands {
  return {
    functions: curves.map(({ component, part, term, varies, value }) => ({
      ...{ component, part, term, varies },
      estimate: value,
    })),
  };
}

/** With bands by the theory of local likelihood; probabilities at the covariates held. */
export function bandedFunctions(
  fit: VaryingFit,
  table: Table,
  compiled: CompiledVarying,
  options: Omit<BandOptions, "at" | "contrasts">,
): StudiedBands {
  const bands = varyingBands(fit, table, { ...options, at: heldRow(compiled).table });
  return {
    functions: joined(fit, bands.curves),
    probabilities: bands.probabilities.map(limitsOf),
    words: bandWords(bands),
    bands,
  };
}

/** With bands from fits to simulated responses. */
export async function simulatedFunctions(
  fit: VaryingFit,
  table: Table,
  options: VaryingBootstrapOptions,
): Promise<StudiedBands> {
  const bands = await bootstrapVarying(fit, table, options);
  const words = `Limits are those of ${bands.replicates} fits to responses simulated from this one.`;
  return {
    functions: joined(fit, bands.curves),
    words: `${levelWords(bands.level)} ${words}`,
    bands,
  };
}

/** The functions of a fit with the bands that are theirs. */
function joined(fit: VaryingFit, bands: readonly VaryingBand[]): FunctionAlong[] {
  return bareFunctions(fit).functions.map((one) => {
    const own = bands.find(
      ({ component, part, term }) =>
        component === one.component && part === one.part && term === one.term,
    );
    return own === undefined ? one : { ...limitsOf(own), ...one };
  });
}

function limitsOf(band: VaryingBand): BandAlong {
  const { estimate, centre, se, lower, upper, simultaneousLower, simultaneousUpper } = band;
  return { estimate, centre, se, lower, upper, simultaneousLower, simultaneousUpper };
}

function levelWords(level: number): string {
  const percent = `${Number((100 * level).toPrecision(4))}%`;
  return `Dark: ${percent} at each point; light: ${percent} at all points together.`;
}

function bandWords({ level, bias }: VaryingBands): string {
  const around =
    bias === "corrected" ? " They lie around the estimate less its bias (thin line)." : "";
  return `${levelWords(level)}${around}`;
}
