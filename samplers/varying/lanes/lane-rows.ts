import { ROW, type VaryingProblem } from "../../../src/core/varying.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { Layout } from "../layout.ts";
import { CHUNK } from "../runs.ts";
import { columnsIn, type Memory, memoryOf } from "./memory.ts";
import { type Places, placesOf } from "./places.ts";
import { type Routines, routinesIn } from "./routines.ts";

/** Wider designs, and more predictors, are not written out one by one. */
const WIDEST = 12;
const MOST_PREDICTORS = 12;

/** What a pass over rows of a window is to come to. */
export type Pass = "value" | "valueGiven" | "observed" | "complete" | "given";

/** A problem's rows where routines work on them, a window at a time and of it a run of rows at a time. */
export interface LaneRows {
  readonly memory: Memory;
  readonly places: Places;
  /** Moves to the rows from … to − 1 as seen from a grid point. */
  load(from: number, to: number, at: number, bandwidth: number): void;
  /** Sums over the window at the parameters in `memory.theta`: returns the value; derivatives are left in memory. */
  sum(pass: Pass, given?: Vector): number;
  /** Writes predictors of rows of the window at the parameters in `memory.theta`. */
  predict(start: number, count: number): void;
  /** Writes shares and values, by the predictors; derivatives of all families only if differentiated. */
  complete(start: number, count: number, isDifferentiated: boolean): void;
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
  const { columns, weight, designs, total } = memory;
  const { components: K, width } = layout;
  const places = placesOf(layout);
  const describe = describer(memory, problem, layout, places);
  const window = windowIn(memory, problem, routines);
  const out = columns[0]!.byteOffset;
  const [x, s, w] = designs.map(({ byteOffset }) => byteOffset) as [number, number, number];
  const [wX, wS, wW] = [8 * width[0], 8 * width[1], 8 * width[2]];
  const [weights, shares] = [weight.byteOffset, memory.given.byteOffset];
  const [responses, offsets] = [memory.y.byteOffset, memory.offset.byteOffset];

  function begin(start: number, count: number, isDifferentiated: boolean): void {
    const m = start - window.from();
    const [y, known] = [responses + 8 * start, offsets + 8 * start];
    routines.densities(8 * count, x + m * wX, s + m * wS, w + m * wW, y, known);
    describe?.(start, count, isDifferentiated);
  }

  function run(pass: Pass, start: number, count: number, given: Vector | undefined): void {
    begin(start, count, pass !== "value" && pass !== "valueGiven");
    if (given !== undefined) memory.given.set(given.subarray(start * K, (start + count) * K));
    const m = start - window.from();
    routines[pass](8 * count, weights + 8 * m, shares, x + m * wX, s + m * wS, w + m * wW);
  }

  return {
    memory,
    places,
    load: window.load,

    sum(pass, given) {
      total[0] = 0;
      if (pass !== "value" && pass !== "valueGiven") {
        memory.gradient.fill(0);
        memory.information.fill(0);
      }
      const to = window.from() + window.count();
      for (let start = window.from(); start < to; start += CHUNK) {
        run(pass, start, Math.min(CHUNK, to - start), given);
      }
      return total[0]!;
    },

    predict(start, count) {
      const m = start - window.from();
      const end = out + 8 * count;
      const theta = memory.theta.byteOffset;
      routines.predictors(end, out, x + m * wX, s + m * wS, w + m * wW, theta);
    },

    complete(start, count, isDifferentiated) {
      describe?.(start, count, isDifferentiated);
      routines.seen(8 * count, responses + 8 * start, offsets + 8 * start, 0, 0, 0);
    },

    regress() {
      const { regressionWeights, targets, regression } = memory;
      const begins = regressionWeights.byteOffset;
      const response = targets.byteOffset + 8 * window.from();
      routines.regression(begins + 8 * window.count(), begins, x, response, regression.byteOffset);
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

/** Writes row by row what families without a routine say. */
function describer(
  { columns }: Memory,
  { family, offset }: VaryingProblem,
  { components: K, hasDispersion }: Layout,
  places: Places,
): Describe | undefined {
  if (family.normal !== undefined) return undefined;
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
