import { ROW, type VaryingProblem } from "../../../src/core/varying.ts";
import { fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { Layout } from "../layout.ts";
import { columnsIn, type Memory, memoryOf } from "./memory.ts";
import { type Places, placesOf } from "./places.ts";
import { type Routines, routinesIn } from "./routines.ts";

/** Wider designs, and more predictors, are not written out one by one. */
const WIDEST = 12;
const MOST_PREDICTORS = 12;

/** A problem's rows where routines work on them, a window at a time and of it a run of rows at a time. */
export interface LaneRows {
  readonly memory: Memory;
  readonly places: Places;
  /** Moves to the rows from … to − 1 as seen from a grid point. */
  load(from: number, to: number, at: number, bandwidth: number): void;
  /** Writes predictors of rows of the window at the parameters in `memory.theta`. */
  predict(start: number, count: number): void;
  /** After the predictors: shares, and what values are made of; derivatives of all families only if differentiated. */
  complete(start: number, count: number, isDifferentiated: boolean, given?: Vector): void;
  /** After `complete`: writes log densities. */
  values(count: number, out: Vector): void;
  /** After `complete`: `total` and the values of rows of the window, times their weights. */
  addValues(start: number, count: number, isGiven: boolean, total: number): number;
  /** After `complete`: adds to `memory.gradient` and `memory.information`. */
  addDerivatives(start: number, count: number, isObserved: boolean): void;
  /** Writes sums of `regressionRoutine` over the window, on the experts' columns. */
  regress(): void;
}

const made = new WeakMap<VaryingProblem, LaneRows | undefined>();

/** Those of a problem, made once; undefined where rows are worked on in plain loops. */
export function laneRows(problem: VaryingProblem, layout: Layout): LaneRows | undefined {
  if (!made.has(problem)) {
    const memory = isWorth(layout) ? memoryOf(problem, layout) : undefined;
    made.set(problem, memory && build(memory, problem, layout));
  }
  return made.get(problem);
}

function isWorth({ components: K, predictors: P, width, hasDispersion }: Layout): boolean {
  const used = hasDispersion ? width : [width[0], width[2]];
  return K > 1 && P <= MOST_PREDICTORS && used.every((w) => w > 0 && w <= WIDEST);
}

function build(memory: Memory, problem: VaryingProblem, layout: Layout): LaneRows {
  const routines = routinesIn(memory, problem, layout);
  const { columns, weight, designs, given: ownGiven } = memory;
  const { components: K, width } = layout;
  const places = placesOf(layout);
  const describe =
    problem.family.normal === undefined
      ? plainly(problem, layout, columns, places)
      : normally(memory, routines);
  const window = windowIn(memory, problem, routines);
  const out = columns[0]!.byteOffset;
  const [x, s, w] = designs.map(({ byteOffset }) => byteOffset) as [number, number, number];
  const [wX, wS, wW] = [8 * width[0], 8 * width[1], 8 * width[2]];
  const [most, ratio] = [columns[places.most]!, columns[places.ratio]!];
  const total = columns[places.total]!;
  const theta = memory.theta.byteOffset;

  return {
    memory,
    places,
    load: window.load,

    predict(start, count) {
      const m = start - window.from();
      routines.predictors(out + 8 * count, out, x + m * wX, s + m * wS, w + m * wW, theta);
    },

    complete(start, count, isDifferentiated, given) {
      describe(start, count, isDifferentiated);
      const end = out + 8 * count;
      if (given === undefined) {
        routines.shares(end, out);
        return;
      }
      for (let j = 0, i = start * K; j < count * K; j++, i++) ownGiven[j] = given[i]!;
      routines.givenShares(end, out, ownGiven.byteOffset);
    },

    values(count, into) {
      for (let m = 0; m < count; m++) into[m] = most[m]! + fastLog(ratio[m]!);
    },

    addValues(start, count, isGiven, before) {
      let sum = before;
      for (let m = 0, i = start - window.from(); m < count; m++, i++) {
        const log = fastLog(ratio[m]!);
        sum += weight[i]! * (isGiven ? most[m]! - total[m]! * log : most[m]! + log);
      }
      return sum;
    },

    addDerivatives(start, count, isObserved) {
      const m = start - window.from();
      const byRow = isObserved ? routines.observed : routines.complete;
      const bySums = isObserved ? routines.sumObserved : routines.sumComplete;
      byRow(out + 8 * count, out, weight.byteOffset + 8 * m);
      bySums(8 * count, x + m * wX, s + m * wS, w + m * wW);
    },

    regress() {
      const { regressionWeights, targets, regression } = memory;
      const begin = regressionWeights.byteOffset;
      const response = targets.byteOffset + 8 * window.from();
      routines.regression(begin + 8 * window.count(), begin, x, response, regression.byteOffset);
    },
  };
}

/** The window that is loaded; the same one is not loaded twice. */
function windowIn(memory: Memory, { experts, gate }: VaryingProblem, routines: Routines) {
  const { u, place, t, weight, designs } = memory;
  const [ofExperts, ofGate] = [8 * columnsIn(experts), 8 * columnsIn(gate)];
  const [x, s, w] = designs.map(({ byteOffset }) => byteOffset) as [number, number, number];
  let [first, end] = [0, 0];
  return {
    from: () => first,
    count: () => end - first,

    load(from: number, to: number, at: number, bandwidth: number): void {
      if (from === first && to === end && at === place[0] && bandwidth === place[1]) return;
      [first, end] = [from, to];
      place[0] = at;
      place[1] = bandwidth;
      if (from === to) return;
      routines.window(
        u.byteOffset + 8 * to,
        u.byteOffset + 8 * from,
        place.byteOffset,
        t.byteOffset,
        weight.byteOffset,
        memory.experts.byteOffset + from * ofExperts,
        x,
        s,
        memory.gate.byteOffset + from * ofGate,
        w,
      );
    },
  };
}

type Describe = (start: number, count: number, isDifferentiated: boolean) => void;

const normally =
  ({ columns, y, offset }: Memory, { normal }: Routines): Describe =>
  (start, count) => {
    const out = columns[0]!.byteOffset;
    normal(out + 8 * count, out, y.byteOffset + 8 * start, offset.byteOffset + 8 * start);
  };

/** Row by row, of families without a routine. */
function plainly(
  { family, offset }: VaryingProblem,
  { components: K, hasDispersion }: Layout,
  columns: readonly Vector[],
  places: Places,
): Describe {
  const ofRow = new Float64Array(places.ofFamily);
  const step = hasDispersion ? 2 : 1;

  function describe(k: number, start: number, count: number, isDifferentiated: boolean): void {
    const eta = columns[k * step]!;
    const s = columns[k * step + step - 1]!;
    const value = columns[places.family(k, ROW.value)]!;
    for (let m = 0, i = start; m < count; m++, i++) {
      const dispersion = hasDispersion ? s[m]! : 0;
      if (!isDifferentiated) {
        value[m] = family.logDensity(i, eta[m]! + offset[i]!, dispersion);
        continue;
      }
      family.differentiate(i, eta[m]! + offset[i]!, dispersion, ofRow);
      for (let which = 0; which < ofRow.length; which++) {
        columns[places.family(k, which)]![m] = ofRow[which]!;
      }
    }
  }

  return (start, count, isDifferentiated) => {
    for (let k = 0; k < K; k++) describe(k, start, count, isDifferentiated);
  };
}
