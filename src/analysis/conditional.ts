import { compile, compileReported } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import type { ChainDraws, Draws } from "../core/draws.ts";
import { componentNames } from "../core/variables.ts";
import type { CountAnalysis } from "./count.ts";
import type { Fitted } from "./fitted.ts";

/** The draws that components are about: all, or those with the likeliest number of experts. */
export function atLikeliest(fitted: Fitted, count: CountAnalysis | undefined): Fitted {
  return count === undefined ? fitted : conditionalOn(fitted, count.mode);
}

/** The run as that of a model with `components` experts: only the draws that have so many, and no others' columns. */
export function conditionalOn(fitted: Fitted, components: number): Fitted {
  const { run, compiled, draws } = fitted;
  if (typeof compiled.model.components === "number") return fitted;
  const model = { ...compiled.model, components };
  const fixed = compile(model, compiled.table);
  const over = (rows: Table) => compileReported(fixed.model, fixed.designs, rows);
  return {
    run: { ...run, model },
    compiled: fixed,
    draws: drawsWith(draws, components, fixed.target),
    target: over(fixed.table),
    over,
  };
}

function drawsWith(
  { variables, chains }: Draws,
  components: number,
  target: Fitted["target"],
): Draws {
  const first = variables.indexOf("weight[1]");
  const width = first + components * componentNames(target, 1).length;
  const count = variables.indexOf("K");
  const stride = variables.length;
  const kept = chains.map(({ chain, iterations, values }): ChainDraws => {
    const rows = Array.from({ length: iterations }, (_, t) => t).filter(
      (t) => values[t * stride + count] === components,
    );
    const out = new Float64Array(rows.length * width);
    rows.forEach((t, s) => {
      out.set(values.subarray(t * stride, t * stride + width), s * width);
    });
    return { chain, iterations: rows.length, values: out };
  });
  return {
    variables: variables.slice(0, width),
    chains: kept.filter(({ iterations }) => iterations > 0),
  };
}
