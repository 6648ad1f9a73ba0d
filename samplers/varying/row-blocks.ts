import { ROW, type VaryingProblem } from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type LaneRows, laneRows } from "./lanes/lane-rows.ts";
import { type Layout, predictorOf } from "./layout.ts";
import { rowTerms } from "./row-terms.ts";
import { CHUNK } from "./runs.ts";
import { windows } from "./window.ts";

/** What is known of a run of rows, at most `CHUNK` of them; entry m is of row start + m. */
export interface BlockColumns {
  /** Linear predictors without the offset, in the order of the layout. */
  readonly predictor: readonly Vector[];
  /** The kernel's weight over the bandwidth, as seen from the grid point. */
  readonly weight: Vector;
  /** log f(y). */
  readonly value: Vector;
  /** By component: with the response and without. */
  readonly responsibility: readonly Vector[];
  readonly probability: readonly Vector[];
  /** Of each component about its predictor and its log dispersion; only if differentiated. */
  readonly etaInformation: readonly Vector[];
  readonly sInformation: readonly Vector[];
}

/** Rows a run at a time, each at its own place. */
export interface RowBlocks {
  readonly columns: BlockColumns;
  /** Writes weights, and predictors at parameters of a grid point, of rows start … start + count − 1. */
  predict(at: number, bandwidth: number, theta: Vector, start: number, count: number): void;
  /** Writes the rest, by what the columns have for predictors. */
  complete(start: number, count: number, isDifferentiated?: boolean): void;
}

export function rowBlocks(problem: VaryingProblem, layout: Layout): RowBlocks {
  const lanes = laneRows(problem, layout);
  return lanes === undefined ? plainBlocks(problem, layout) : laneBlocks(layout, lanes);
}

function laneBlocks({ components: K, predictors: P }: Layout, lanes: LaneRows): RowBlocks {
  const { places, memory } = lanes;
  const { columns } = memory;
  const from = (place: number): readonly Vector[] => columns.slice(place, place + K);
  const each = (which: number) =>
    Array.from({ length: K }, (_, k) => columns[places.family(k, which)]!);
  return {
    columns: {
      predictor: columns.slice(places.predictor, places.predictor + P),
      weight: memory.weight,
      value: columns[places.value]!,
      responsibility: from(places.responsibility),
      probability: from(places.probability),
      etaInformation: each(ROW.etaInfo),
      sInformation: each(ROW.sInfo),
    },
    predict(at, bandwidth, theta, start, count) {
      lanes.load(start, start + count, at, bandwidth);
      memory.theta.set(theta);
      lanes.predict(start, count);
    },
    complete(start, count, isDifferentiated = false) {
      lanes.complete(start, count, isDifferentiated);
    },
  };
}

/** By plain loops. */
export function plainBlocks(problem: VaryingProblem, layout: Layout): RowBlocks {
  const { family, offset } = problem;
  const { components: K, predictors: P, kind, first, width, hasDispersion } = layout;
  const load = windows(problem, layout);
  const terms = rowTerms(problem, layout);
  const vectors = (count: number) => Array.from({ length: count }, () => new Float64Array(CHUNK));
  const columns = {
    ...{ predictor: vectors(P), weight: new Float64Array(CHUNK), value: new Float64Array(CHUNK) },
    ...{ responsibility: vectors(K), probability: vectors(K) },
    ...{ etaInformation: vectors(K), sInformation: vectors(K) },
  };
  const predictors = new Float64Array(P);
  const ofRow = new Float64Array(8);

  function differentiate(i: number, m: number): void {
    for (let k = 0; k < K; k++) {
      const a = predictorOf(layout, k, 0);
      const s = hasDispersion ? predictors[a + 1]! : 0;
      family.differentiate(i, predictors[a]! + offset[i]!, s, ofRow);
      columns.etaInformation[k]![m] = ofRow[ROW.etaInfo]!;
      columns.sInformation[k]![m] = ofRow[ROW.sInfo]!;
    }
  }

  return {
    columns,

    predict(at, bandwidth, theta, start, count) {
      const { stride, designs, weight } = load(at, bandwidth, { from: start, to: start + count });
      columns.weight.set(weight.subarray(0, count));
      for (let p = 0; p < P; p++) {
        const X = designs[kind[p]!];
        const out = columns.predictor[p]!.fill(0, 0, count);
        for (let j = 0; j < width[kind[p]!]; j++) {
          const coefficient = theta[first[p]! + j]!;
          for (let m = 0; m < count; m++) out[m] = out[m]! + X[j * stride + m]! * coefficient;
        }
      }
    },

    complete(start, count, isDifferentiated = false) {
      for (let m = 0; m < count; m++) {
        for (let p = 0; p < P; p++) predictors[p] = columns.predictor[p]![m]!;
        columns.value[m] = terms.value(start + m, predictors);
        for (let k = 0; k < K; k++) {
          columns.responsibility[k]![m] = terms.responsibility[k]!;
          columns.probability[k]![m] = terms.probability[k]!;
        }
        if (isDifferentiated) differentiate(start + m, m);
      }
    },
  };
}
