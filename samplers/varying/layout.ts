import type { Held, VaryingDesign, VaryingProblem } from "../../src/core/varying.ts";

/** What a linear predictor multiplies: the experts' columns, those of the dispersion, or the gate's. */
export type Kind = 0 | 1 | 2;
export const EXPERT = 0 satisfies Kind;
export const DISPERSION = 1 satisfies Kind;
export const GATE = 2 satisfies Kind;

/**
 * The parameters at a grid point, one vector: for each component its expert's coefficients and its log dispersion, then
 * the gate's coefficients of all components but the last, relative to the last. Coefficients of one predictor: values,
 * slopes a bandwidth (of parabolas then the coefficients of t²), then those that do not vary.
 */
export interface Layout {
  readonly components: number;
  readonly hasDispersion: boolean;
  /** Linear predictors: expert and dispersion of each component, then gates. */
  readonly predictors: number;
  readonly gateFrom: number;
  readonly kind: readonly Kind[];
  readonly first: readonly number[];
  /** Columns by kind, and how many of them are values, as many slopes, and constants. */
  readonly width: readonly [number, number, number];
  readonly values: readonly [number, number, number];
  readonly slopes: readonly [number, number, number];
  readonly dimension: number;
  /**
   * Positions of what varies, and of what is the same at every grid point; ascending. Slopes of functions that are held
   * are in neither.
   */
  readonly local: Int32Array;
  readonly shared: Int32Array;
}

export function layoutOf(problem: VaryingProblem): Layout {
  const { components: K, family, experts, gate, dispersionVaries } = problem;
  const hasDispersion = family.dispersion !== "none";
  const values = [experts.varyingColumns, dispersionVaries ? 1 : 0, gate.varyingColumns] as const;
  const degree = problem.degree ?? 1;
  const ofDispersion =
    values[1] * { none: 0, constant: degree - 1, linear: degree }[family.dispersion];
  const slopes = [degree * values[0], ofDispersion, degree * values[2]] as const;
  const constants = [experts.constantColumns, 1 - values[1], gate.constantColumns] as const;
  const width = [0, 1, 2].map((kind) => values[kind]! + slopes[kind]! + constants[kind]!);
  const kind: Kind[] = [];
  for (let k = 0; k < K; k++)
    kind.push(...(hasDispersion ? ([EXPERT, DISPERSION] as const) : ([EXPERT] as const)));
  const gateFrom = kind.length;
  for (let k = 0; k < K - 1; k++) kind.push(GATE);
  const first: number[] = [];
  let dimension = 0;
  for (const of of kind) {
    first.push(dimension);
    dimension += width[of]!;
  }
  const columns = {
    width: width as [number, number, number],
    values,
    slopes: [...slopes],
  } as const;
  const predictors = { predictors: kind.length, gateFrom, kind, first, dimension };
  const layout = { components: K, hasDispersion, ...predictors, ...columns };
  return { ...layout, ...rolesOf(layout, problem.held ?? []) };
}

/** Which positions vary, and which are the same at every grid point. */
function rolesOf(
  { kind, first, width, values, slopes }: Omit<Layout, "local" | "shared">,
  held: readonly Held[],
): Pick<Layout, "local" | "shared"> {
  const [local, shared]: [number[], number[]] = [[], []];
  const componentOf = kind.map((of, p) => kind.slice(0, p).filter((one) => one === of).length);
  kind.forEach((of, p) => {
    const isHeld = (column: number): boolean =>
      held.some((h) => h.kind === of && h.component === componentOf[p] && h.column === column);
    const varying = values[of] + slopes[of];
    for (let j = 0; j < width[of]; j++) {
      const isValue = j < values[of];
      if (j < varying && !isHeld(isValue ? j : j % values[of])) local.push(first[p]! + j);
      else if (isValue || j >= varying) shared.push(first[p]! + j);
    }
  });
  return { local: Int32Array.from(local), shared: Int32Array.from(shared) };
}

/** The same problem with some functions held at constants. */
export function holding(problem: VaryingProblem, held: readonly Held[]): VaryingProblem {
  return {
    ...problem,
    held,
    respond: (y) => holding(problem.respond(y), held),
    subset: (rows) => holding(problem.subset(rows), held),
  };
}

/** The same problem with coefficients that are parabolas around a grid point. */
export function parabolic(problem: VaryingProblem): VaryingProblem {
  return {
    ...problem,
    degree: 2,
    respond: (y) => parabolic(problem.respond(y)),
    subset: (rows) => parabolic(problem.subset(rows)),
  };
}

/** The predictor of component k that an expert or its dispersion has. */
export const predictorOf = (layout: Layout, k: number, kind: 0 | 1): number =>
  (layout.hasDispersion ? 2 * k : k) + kind;

/** The same problem with every coefficient varying; columns that did not vary come after those that did. */
export function freed(problem: VaryingProblem): VaryingProblem {
  return {
    ...problem,
    experts: allVarying(problem.experts, problem.n),
    gate: allVarying(problem.gate, problem.n),
    dispersionVaries: true,
    held: [],
    respond: (y) => freed(problem.respond(y)),
    subset: (rows) => freed(problem.subset(rows)),
  };
}

function allVarying(design: VaryingDesign, n: number): VaryingDesign {
  const { varyingColumns: v, constantColumns: c } = design;
  if (c === 0) return design;
  const joined = new Float64Array(n * (v + c));
  for (let i = 0; i < n; i++) {
    joined.set(design.varying.subarray(i * v, (i + 1) * v), i * (v + c));
    joined.set(design.constant.subarray(i * c, (i + 1) * c), i * (v + c) + v);
  }
  const constant = new Float64Array(0);
  return { ...design, varying: joined, varyingColumns: v + c, constant, constantColumns: 0 };
}
