import type { CompiledVarying } from "../../models/varying/compile.ts";
import type { Table } from "../core/data.ts";
import type {
  BandAlong,
  ContrastAlong,
  FunctionAlong,
  ProbabilitiesAt,
} from "../report/varying-input.ts";
import { heldRow, varyingAlong } from "../run/varying-along.ts";
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
import { rowsRead, stackedRows } from "./varying-probability-rows.ts";

/** The coefficient functions of a fit, and the gate's probabilities, with the bands that were asked for. */
export interface StudiedBands {
  readonly functions: readonly FunctionAlong[];
  readonly contrasts?: readonly ContrastAlong[];
  /** At the covariates held, then at the rows asked for. */
  readonly probabilities: readonly ProbabilitiesAt[];
  /** What the bands are, in a sentence. */
  readonly words?: string;
  readonly bands?: VaryingBands | VaryingBootstrap;
}

/** Without bands; probabilities at the covariates held. */
export function bareFunctions({ curves }: VaryingFit, compiled: CompiledVarying): StudiedBands {
  return {
    functions: curves.map(({ component, part, term, varies, value }) => ({
      ...{ component, part, term, varies },
      estimate: value,
    })),
    probabilities: [
      {
        at: rowsRead(compiled.scales.designs.gate, heldRow(compiled).table)[0]!,
        components: varyingAlong(compiled, curves).probabilities.map((estimate) => ({ estimate })),
      },
    ],
  };
}

/** With bands by the theory of local likelihood; probabilities at the covariates held, and at rows asked for. */
export function bandedFunctions(
  fit: VaryingFit,
  table: Table,
  compiled: CompiledVarying,
  { at, ...options }: BandOptions,
): StudiedBands {
  const { gate } = fit.scales.designs;
  const held = heldRow(compiled).table;
  const rows = at === undefined ? held : stackedRows(gate, held, at);
  const bands = varyingBands(fit, table, { ...options, at: rows });
  return {
    functions: joined(bareFunctions(fit, compiled), bands.curves),
    ...(options.contrasts === true ? { contrasts: bands.contrasts.flatMap(contrastOf) } : {}),
    probabilities: byRow(rowsRead(gate, rows), bands.probabilities),
    words: bandWords(bands),
    bands,
  };
}

function contrastOf(band: VaryingBand): ContrastAlong[] {
  const { component, against, part, term, varies } = band;
  if (against === undefined || part === "probability") return [];
  return [{ component, against, part, term, varies, ...limitsOf(band) }];
}

function byRow(
  rows: readonly ProbabilitiesAt["at"][],
  bands: readonly VaryingBand[],
): ProbabilitiesAt[] {
  const each = bands.length / rows.length;
  return rows.map((at, r) => ({
    at,
    components: bands.slice(r * each, (r + 1) * each).map(limitsOf),
  }));
}

/** With bands from fits to simulated responses. */
export async function simulatedFunctions(
  fit: VaryingFit,
  table: Table,
  compiled: CompiledVarying,
  options: VaryingBootstrapOptions,
): Promise<StudiedBands> {
  const bare = bareFunctions(fit, compiled);
  const bands = await bootstrapVarying(fit, table, options);
  const words = `Limits are those of ${bands.replicates} fits to responses simulated from this one.`;
  return {
    ...bare,
    functions: joined(bare, bands.curves),
    words: `${levelWords(bands.level)} ${words}`,
    bands,
  };
}

/** The functions of a fit with the bands that are theirs. */
function joined({ functions }: StudiedBands, bands: readonly VaryingBand[]): FunctionAlong[] {
  return functions.map((one) => {
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
