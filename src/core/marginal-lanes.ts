import { allocationRoutine } from "../math/lanes/allocation-routine.ts";
import { type Call, createLanes, type Lanes } from "../math/lanes/lanes.ts";
import {
  detailPlaces,
  detailRoutine,
  type MixtureShape,
  parametersIn,
  ratioRoutine,
} from "../math/lanes/mixture-routines.ts";
import { STRIDE } from "../math/lanes/rows.ts";
import { scorePlaces, scoreRoutine } from "../math/lanes/score-routine.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import type { ExpertRows } from "./expert-rows.ts";
import { type AllocationPass, sumsOf } from "./marginal-allocation.ts";
import type { BlockScratch, PassParameters, RowBlock } from "./marginal-block.ts";
import type { Scores } from "./marginal-derivatives.ts";

/** Designs of so many numbers are copied to where the routines work once; of larger ones each block at its turn. */
const MOST_RESIDENT = 2 ** 20;
/** More products and exponentials a row are not written out one by one. */
const LONGEST_BODY = 600;
/** What an exponential takes, in products. */
const EXPONENTIAL = 12;
/** The addresses and tables of lanes, generously. */
const SPARE = 256;

type NormalRows = NonNullable<ExpertRows["normal"]>;

/** Passes over blocks of rows by routines of WebAssembly, to the bits of those in `marginal-rows.ts`. */
export interface LanePass {
  /** Takes the parameters of the next passes. */
  load(at: PassParameters): void;
  /** Joint sums over weight sums; out of the range of doubles, or NaN, where a row needs more care. */
  ratios(block: RowBlock): Vector;
  /** Fills all of the block's scratch but the shift. */
  detail(block: RowBlock): void;
  /** Of the block that `detail` was last asked for. */
  scores(block: RowBlock): Scores;
  /** What `detail` has left, for blocks with an even number of rows. */
  readonly allocation: AllocationPass;
  /** For blocks of this size; there is but one. */
  scratch(size: number): Omit<BlockScratch, "shift">;
}

/**
 * Passes for K normal experts over blocks of at most `longest` rows; undefined for other families, for designs with very
 * many columns, and where there is no WebAssembly.
 */
export function lanePass(
  n: number,
  K: number,
  W: Matrix,
  { X, offset, normal }: ExpertRows,
  longest: number,
): LanePass | undefined {
  if (normal === undefined || offset !== undefined) return undefined;
  const shape: MixtureShape = {
    K,
    p: X.columns,
    q: W.columns,
    shared: X.data === W.data && X.columns === W.columns,
  };
  if (K * (shape.p + shape.q + 2 * EXPONENTIAL) > LONGEST_BODY) return undefined;
  const isResident = n * (shape.p + shape.q) <= MOST_RESIDENT;
  const vectors = detailPlaces(K).count + scorePlaces(K).count + 4;
  const doubles = (isResident ? n : longest) * (shape.p + shape.q) + (STRIDE / 8) * vectors;
  const lanes = createLanes(doubles + parametersIn(shape) + 2 * sumsOf(K) + SPARE);
  if (lanes === undefined) return undefined;
  const residenceOf = (whole: Matrix) =>
    residence(lanes, whole, isResident ? whole.data : undefined, longest);
  const x = residenceOf(X);
  const w = shape.shared ? () => 0 : residenceOf(W);
  return passesIn(lanes, shape, normal, longest, (block) => [
    x(block.from, block.X),
    w(block.from, block.W),
  ]);
}

function passesIn(
  lanes: Lanes,
  shape: MixtureShape,
  normal: NormalRows,
  longest: number,
  designsOf: (block: RowBlock) => readonly [number, number],
): LanePass {
  const { K } = shape;
  const routines = routinesFor(lanes, shape);
  const parameters = lanes.vector(parametersIn(shape));
  const y = lanes.vector(longest);
  const ratio = lanes.vector(longest);
  const out = lanes.vectors(detailPlaces(K).count, longest);
  const written = lanes.vectors(scorePlaces(K).count, longest);
  const uniform = lanes.vector(longest);
  const place = lanes.vector(longest);
  const sums = lanes.vector(2 * sumsOf(K));
  const scoresOfSize = bySize((size) => scoresIn(written, K, size));
  const first = addressOf(out[0]!);

  function call(routine: Call, block: RowBlock, to: number): void {
    for (let i = 0; i < block.size; i++) y[i] = normal.y[block.from + i]!;
    const [x, w] = designsOf(block);
    routine(to + 8 * block.size, to, x, w, addressOf(y), addressOf(parameters));
  }

  return {
    load: (at) => writeParameters(shape, normal, at, parameters),
    ratios(block) {
      call(routines.ratios, block, addressOf(ratio));
      return ratio;
    },
    detail: (block) => call(routines.detail, block, first),
    scores({ size }) {
      const end = first + 8 * size;
      routines.scores(end, first, addressOf(y), addressOf(parameters), addressOf(written[0]!));
      return scoresOfSize(size);
    },
    allocation: {
      uniform,
      place,
      sums,
      run: ({ size }) =>
        routines.allocation(
          first + 8 * size,
          first,
          addressOf(uniform),
          addressOf(place),
          addressOf(sums),
        ),
    },
    scratch: (size) => scratchIn(out, K, size),
  };
}

const routinesFor = (lanes: Lanes, shape: MixtureShape) =>
  lanes.compileOnce(`mixture ${Object.values(shape).join(" ")}`, () => ({
    ratios: ratioRoutine(shape),
    detail: detailRoutine(shape),
    scores: scoreRoutine(shape.K, shape.p),
    allocation: allocationRoutine(shape.K),
  }));

const addressOf = ({ byteOffset }: Vector): number => byteOffset;

/** The address of a block's rows: of the whole matrix, copied now, or of the block, copied when asked for. */
function residence(lanes: Lanes, { columns }: Matrix, whole: Vector | undefined, longest: number) {
  const own = lanes.vector(whole === undefined ? longest * columns : whole.length);
  if (whole !== undefined) {
    own.set(whole);
    return (from: number): number => own.byteOffset + 8 * from * columns;
  }
  return (_: number, block: Vector): number => {
    own.set(block);
    return own.byteOffset;
  };
}

function writeParameters(
  { K, p, q }: MixtureShape,
  normal: NormalRows,
  at: PassParameters,
  out: Vector,
): void {
  for (let k = 0; k < K; k++) {
    const first = k * (p + 2);
    out.set(at.coefficients[k]!, first);
    out[first + p] = normal.constant(at.u(k));
    out[first + p + 1] = normal.scale(at.u(k));
    if (k < K - 1) out.set(at.gate[k]!, K * (p + 2) + k * q);
  }
}

function scoresIn(written: readonly Vector[], K: number, size: number): Scores {
  const places = scorePlaces(K);
  const each = (first: number): Vector[] =>
    Array.from({ length: K }, (_, k) => written[first + k]!.subarray(0, size));
  return { eta: each(places.eta), u: each(places.u), residual: each(places.residual) };
}

/** A function of sizes that makes what it returns once. */
function bySize<T>(make: (size: number) => T): (size: number) => T {
  const made = new Map<number, T>();
  return (size) => {
    const known = made.get(size) ?? make(size);
    made.set(size, known);
    return known;
  };
}

function scratchIn(out: readonly Vector[], K: number, size: number): Omit<BlockScratch, "shift"> {
  const places = detailPlaces(K);
  const at = (place: number): Vector => out[place]!.subarray(0, size);
  const each = (first: number): Vector[] => Array.from({ length: K }, (_, k) => at(first + k));
  return {
    eta: each(places.eta),
    logDensity: each(places.logDensity),
    joint: each(places.joint),
    weight: each(places.weight),
    gate: each(places.gate),
    jointSum: at(places.jointSum),
    weightSum: at(places.weightSum),
  };
}
