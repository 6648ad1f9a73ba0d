import { type Compiled, compile, compileReported } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import { type ChainDraws, type Draws, longChains } from "../core/draws.ts";
import type { Run } from "../core/run.ts";
import type { Target } from "../core/target.ts";
import { variableNames } from "../core/variables.ts";
import { selectRows } from "../data/table.ts";

/** A run put back together with its model and data. */
export interface Fitted {
  readonly run: Run;
  /** Of long chains that have draws and did not fail; of failed ones where there are no others. */
  readonly draws: Draws;
  readonly compiled: Compiled;
  /** The mixture over all rows, with parameters on the scale of the data. */
  readonly target: Target;
  /** The same over other rows: a new table, or some rows of the data. */
  over(table: Table): Target;
}

/** Compiles the model of a run with its data again. Throws a DataError when the table does not fit the model. */
export function refit(run: Run, table: Table): Fitted {
  const compiled = compile(run.model, table);
  const over = (rows: Table): Target => compileReported(compiled.model, compiled.designs, rows);
  const draws = { variables: run.draws.variables, chains: soundChains(run) };
  return { run, draws, compiled, target: over(compiled.table), over };
}

/** A failed chain is short, and all are cut to the shortest: it would take the others' draws with it. */
function soundChains({ chains: reports, draws }: Run): readonly ChainDraws[] {
  const failed = reports.filter(({ status }) => status === "failed").map(({ chain }) => chain);
  const drawn = draws.chains.filter(({ iterations }) => iterations > 0);
  const sound = drawn.filter(({ chain }) => !failed.includes(chain));
  return longChains(sound.length > 0 ? sound : drawn);
}

/** The recorded variables that do not depend on labels: those before the first component's. */
export function invariants({ draws, target }: Fitted): string[] {
  const names = variableNames(target, []);
  const componentWise = names.length - names.indexOf("weight[1]");
  return draws.variables.slice(0, draws.variables.length - componentWise);
}

/** At most `most` rows of the data, evenly spread, as a table. */
export function someRows(table: Table, most: number): { table: Table; rows: Int32Array } {
  const size = Math.min(table.rows, most);
  const rows = Int32Array.from({ length: size }, (_, j) =>
    Math.floor(((j + 0.5) * table.rows) / size),
  );
  return { table: size === table.rows ? table : selectRows(table, rows), rows };
}
