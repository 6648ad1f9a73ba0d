import { compile } from "../../models/compile.ts";
import { em } from "../../samplers/em.ts";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { State, Target } from "../core/target.ts";
import { selectRows } from "../data/table.ts";
import { type Matrix, row } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import {
  type Climb,
  type ClimbSettings,
  type ClimbTask,
  climbTasks,
  lostClimb,
  parametersOf,
} from "./climb-task.ts";

/** What fits of several models to the same table share; plain data. */
export interface RefitSetup {
  readonly table: Table;
  readonly seed: number;
  readonly settings: ClimbSettings;
}

/** Climbs to the maxima of one model on some rows of the table. */
export interface RefitTask {
  /** With a number of components. */
  readonly model: ModelDeclaration;
  /** All if absent. */
  readonly rows?: Int32Array;
  readonly starts: readonly ClimbTask[];
  /** K × rows each: further starts are experts and gate fitted to these. */
  readonly responsibilities: readonly Matrix[];
}

/** Streams of starts from responsibilities; see `climb-task.ts`. */
const STREAM = 0x7265;

/**
 * A function that climbs in one model after another: first from the starts, then from the responsibilities. A climb that a
 * SamplerError has ended is lost: its log-likelihood is NaN.
 */
export function refitTasks({ table, seed, settings }: RefitSetup) {
  return ({ model, rows, starts, responsibilities }: RefitTask): Climb[] => {
    const of = rows === undefined ? table : selectRows(table, rows);
    const climb = climbTasks({ model, table: of, seed, settings });
    const climbs = starts.map((task) => orLost(task.start, () => climb(task)));
    if (responsibilities.length === 0) return climbs;
    const { target } = compile(model, of);
    const further = responsibilities.map((responsibility, index) =>
      orLost("other", () => climbFrom(target, responsibility, settings, [seed, index])),
    );
    return [...climbs, ...further];
  };
}

function orLost(start: Climb["start"], climb: () => Climb): Climb {
  try {
    return climb();
  } catch (error) {
    if (!(error instanceof SamplerError)) throw error;
    return lostClimb(start);
  }
}

function climbFrom(
  target: Target,
  responsibility: Matrix,
  settings: ClimbSettings,
  [seed, index]: readonly [number, number],
): Climb {
  const rng = createRng(seed, 0, STREAM, index);
  const from = maximizedFor(target, target.samplePrior(rng), responsibility, settings);
  const { state, responsibility: _, ...ended } = em(target, from, { ...settings, rng });
  return { start: "other", ...parametersOf(state), ...ended };
}

/** An M step. Where a state of this model has these responsibilities, the likelihood is now no lower than there. */
function maximizedFor(
  { n, expert, gate }: Target,
  state: State,
  responsibility: Matrix,
  { priorWeight }: ClimbSettings,
): State {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  state.gamma.data.fill(0);
  for (let k = 0; k < responsibility.rows; k++) {
    const weight = row(responsibility, k);
    expert.maximize(row(state.theta, k), { rows, weight }, priorWeight);
  }
  gate.maximize(state.gamma, responsibility, priorWeight);
  return state;
}
