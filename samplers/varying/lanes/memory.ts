import type { VaryingDesign, VaryingProblem } from "../../../src/core/varying.ts";
import { widthOf } from "../../../src/math/lanes/gram-routines.ts";
import { createLanes, type Lanes } from "../../../src/math/lanes/lanes.ts";
import { LOG_TABLE, writeLogTable } from "../../../src/math/lanes/logarithm.ts";
import { LONGEST, STRIDE } from "../../../src/math/lanes/rows.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { Layout } from "../layout.ts";
import { placesOf } from "./places.ts";
import type { Source } from "./window-routine.ts";

/** What each vector may take beside its numbers, for as many vectors as there are. */
const SPARE = 256;

/** What routines of a problem work on. */
export interface Memory extends OfLayout, OfRows {
  readonly lanes: Lanes;
}

/** The same places for all problems of one layout: routines know them. */
interface OfLayout {
  readonly columns: readonly Vector[];
  readonly theta: Vector;
  readonly gradient: Vector;
  /** dimension², of which the lower triangle is of use. */
  readonly information: Vector;
  readonly total: Vector;
  readonly logTable: Vector;
  /** Given responsibilities of a run of rows. */
  readonly given: Vector;
  /** Of the window: its point and its bandwidth. */
  readonly place: Vector;
  readonly regression: Vector;
}

interface OfRows {
  readonly u: Vector;
  readonly y: Vector;
  readonly offset: Vector;
  readonly experts: Vector;
  readonly gate: Vector;
  /** Of the window, by row: distances, weights, and designs by kind, row-major. */
  readonly t: Vector;
  readonly weight: Vector;
  readonly designs: readonly Vector[];
  /** What is regressed, and by which weights. */
  readonly targets: Vector;
  readonly regressionWeights: Vector;
}

/** Undefined where there can be none. */
export function memoryOf(problem: VaryingProblem, layout: Layout): Memory | undefined {
  const { n, u, offset, family, experts, gate } = problem;
  const { components: K, width, dimension: D } = layout;
  const places = placesOf(layout);
  const regression = (width[0] + 1) * widthOf(width[0]) + 2;
  const ofLayout =
    (STRIDE / 8) * places.count + (D + 2) * (D + 2) + K * LONGEST + LOG_TABLE + regression;
  const sources = columnsIn(experts) + columnsIn(gate);
  const ofRows = n * (7 + sources + width[0] + width[1] + width[2]);
  const lanes = createLanes(ofLayout + ofRows + SPARE);
  if (lanes === undefined) return undefined;
  const copied = (values: Vector): Vector => {
    const own = lanes.vector(values.length);
    own.set(values);
    return own;
  };
  return {
    lanes,
    columns: lanes.vectors(places.count, LONGEST),
    theta: lanes.vector(D),
    gradient: lanes.vector(D),
    information: lanes.vector(D * D),
    total: lanes.vector(1),
    logTable: logTableIn(lanes),
    given: lanes.vector(K * LONGEST),
    place: lanes.vector(2),
    regression: lanes.vector(regression),
    u: copied(u),
    y: copied(family.normal ?? new Float64Array(n)),
    offset: copied(offset),
    experts: copied(joined(experts, n)),
    gate: copied(joined(gate, n)),
    t: lanes.vector(n),
    weight: lanes.vector(n),
    designs: width.map((columns) => lanes.vector(n * columns)),
    targets: lanes.vector(n),
    regressionWeights: lanes.vector(n),
  };
}

function logTableIn(lanes: Lanes): Vector {
  const table = lanes.vector(LOG_TABLE);
  writeLogTable(table);
  return table;
}

export const columnsIn = ({ varyingColumns, constantColumns }: VaryingDesign): number =>
  varyingColumns + constantColumns;

export const sourceOf = (design: VaryingDesign, { degree }: VaryingProblem): Source => ({
  varying: design.varyingColumns,
  constant: design.constantColumns,
  degree: degree ?? 1,
});

/** Row-major, what varies first. */
function joined(design: VaryingDesign, n: number): Vector {
  const { varying, varyingColumns: v, constant, constantColumns: c } = design;
  if (c === 0) return varying;
  const out = new Float64Array(n * (v + c));
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < v; j++, at++) out[at] = varying[i * v + j]!;
    for (let j = 0; j < c; j++, at++) out[at] = constant[i * c + j]!;
  }
  return out;
}
