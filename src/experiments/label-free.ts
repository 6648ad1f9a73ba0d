import type { Compiled } from "../../models/compile.ts";
import { compileReported } from "../../models/compile.ts";
import type { State } from "../core/target.ts";
import { selectRows } from "../data/table.ts";
import { matrix, row } from "../math/matrix.ts";
import { anchorRows } from "../run/anchors.ts";
import { recorderOf } from "../run/chain.ts";
import { createRecorder } from "../run/recorder.ts";

/** Values of the recorded variables that do not depend on labels. */
export type Values = ReadonlyMap<string, number>;

/** Those of a state on the scale of the model's target. */
export function labelFree(compiled: Compiled, state: State): Values {
  const recorder = recorderOf(compiled);
  const out = new Float64Array(recorder.variables.length);
  recorder.record(state, {}, out);
  return named(recorder.variables, out);
}

/** Those of parameters on the scale of the data; log densities, which depend on the scale, are left out. */
export function labelFreeReported(
  { model, designs, table, target }: Compiled,
  state: State,
): Values {
  const reported = compileReported(model, designs, table);
  const rows = anchorRows(target.features);
  const anchors = selectRows(
    table,
    rows.map((number) => number - 1),
  );
  const recorder = createRecorder(
    {
      target: reported,
      report(given, theta, gamma) {
        for (let k = 0; k < given.theta.rows; k++) {
          row(theta, k).set(row(given.theta, k));
          row(gamma, k).set(row(given.gamma, k));
        }
      },
    },
    { rows, target: compileReported(model, designs, anchors) },
  );
  const out = new Float64Array(recorder.variables.length);
  recorder.record(state, {}, out);
  const values = new Map(named(recorder.variables, out));
  values.delete("log_likelihood");
  values.delete("log_posterior");
  return values;
}

function named(variables: readonly string[], values: Float64Array): Values {
  const end = variables.indexOf("weight[1]");
  return new Map(variables.slice(0, end).map((name, j) => [name, values[j]!]));
}

/** Rows of numbers as a matrix. */
export function matrixOf(rows: readonly (readonly number[])[]) {
  const out = matrix(rows.length, rows[0]!.length);
  rows.forEach((values, k) => {
    row(out, k).set(values);
  });
  return out;
}
