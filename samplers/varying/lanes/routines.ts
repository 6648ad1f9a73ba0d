import type { VaryingProblem } from "../../../src/core/varying.ts";
import { regressionRoutine } from "../../../src/math/lanes/gram-routines.ts";
import { routine } from "../../../src/math/lanes/module.ts";
import type { Layout } from "../layout.ts";
import { derivativesRoutine } from "./derivatives-routine.ts";
import { type Memory, sourceOf } from "./memory.ts";
import { normalRowsRoutine, predictorsRoutine } from "./row-routines.ts";
import { givenSharesRoutine, sharesRoutine } from "./shares-routines.ts";
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
  return memory.lanes.compileOnce<Name>(`varying ${key.join(" ")}`, () => ({
    ...sumsRoutines(layout, {
      columns: memory.columns[0]!.byteOffset,
      gradient: memory.gradient.byteOffset,
      information: memory.information.byteOffset,
    }),
    normal: isNormal ? normalRowsRoutine(layout) : none,
    window: windowRoutine(layout, experts, gate),
    predictors: predictorsRoutine(layout),
    shares: sharesRoutine(layout),
    givenShares: givenSharesRoutine(layout),
    observed: derivativesRoutine(layout, true),
    complete: derivativesRoutine(layout, false),
    regression: regressionRoutine(width[0]),
  }));
}

/** Of families that have none. */
const none = routine(0, () => []);

type Name =
  | "window"
  | "predictors"
  | "normal"
  | "shares"
  | "givenShares"
  | "observed"
  | "complete"
  | "sumObserved"
  | "sumComplete"
  | "regression";
