import type { VaryingProblem } from "../../../src/core/varying.ts";
import { regressionRoutine } from "../../../src/math/lanes/gram-routines.ts";
import { routine } from "../../../src/math/lanes/module.ts";
import type { Layout } from "../layout.ts";
import { derivativesRoutine } from "./derivatives-routine.ts";
import { type Memory, sourceOf } from "./memory.ts";
import { type Fixed, passRoutines, weighRoutine } from "./pass-routines.ts";
import { normalRowsRoutine, predictorsRoutine } from "./row-routines.ts";
import { gateRoutine, givenSharesRoutine, sharesRoutine } from "./shares-routines.ts";
import { sumsRoutines } from "./sums-routines.ts";
import { windowRoutine } from "./window-routine.ts";

export type Routines = ReturnType<typeof routinesIn>;

/** Routines for a layout, written once for all problems that share it. */
export function routinesIn(memory: Memory, problem: VaryingProblem, layout: Layout) {
  const { components, hasDispersion, width } = layout;
  const experts = sourceOf(problem.experts, problem);
  const gate = sourceOf(problem.gate, problem);
  const isNormal = problem.family.normal !== undefined;
  const shape = [components, hasDispersion, isNormal, ...width];
  const key = [...shape, ...Object.values(experts), ...Object.values(gate)];
  return memory.lanes.compileOnce(`varying ${key.join(" ")}`, () => {
    const fixed = placesIn(memory);
    const parts = {
      // Those that call others by number stand with them at the beginning.
      ...sumsRoutines(layout, fixed),
      normal: isNormal ? normalRowsRoutine() : none,
      predictors: predictorsRoutine(layout),
      gate: gateRoutine(layout),
      shares: sharesRoutine(layout, fixed.logTable),
      givenShares: givenSharesRoutine(layout, fixed.logTable),
      deriveObserved: derivativesRoutine(layout, true),
      deriveComplete: derivativesRoutine(layout, false),
      weigh: weighRoutine(),
      window: windowRoutine(layout, experts, gate),
      regression: regressionRoutine(width[0]),
    };
    return { ...parts, ...passRoutines(layout, fixed, Object.keys(parts), isNormal) };
  });
}

/** Of families that have none. */
const none = routine(0, () => []);

function placesIn(memory: Memory): Fixed & { readonly logTable: number } {
  const { columns, theta, gradient, information, total, logTable } = memory;
  return {
    columns: columns[0]!.byteOffset,
    theta: theta.byteOffset,
    gradient: gradient.byteOffset,
    information: information.byteOffset,
    total: total.byteOffset,
    logTable: logTable.byteOffset,
  };
}
