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
import type { Matrix, Vector } from "../math/matrix.ts";
import type { ExpertRows } from "./expert-rows.ts";
import { type AllocationPass, type AllocationScratch, sumsOf } from "./marginal-allocation.ts";
import type { BlockScratch, PassParameters, RowBlock } from "./marginal-block.ts";

/** Designs of so many numbers are copied to where the routines work once; of larger ones each block at its turn. */
const MOST_RESIDENT = 2 ** 20;
/** More products and exponentials a row are not written out one by one. */
const LONGEST_BODY = 600;
/** What an exponential takes, in products. */
const EXPONENTIAL = 12;
/** The addresses and tables of lanes, generously. */
const SPARE = 256;

/** Passes over blocks of rows by routines of WebAssembly, to the bits of those in `marginal-rows.ts`. */
export interface LanePass {
  /** Takes the parameters of the next passes. */
  load(at: PassParameters): void;
  /** Joint sums over weight sums; out of the range of doubles, or NaN, where a row needs more care. */
  ratios(block: RowBlock): Vector;
  /** Fills all of the block's scratch but the shift. */
  detail(block: RowBlock): void;
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
  const rows = n * (shape.p + shape.q) <= MOST_RESIDENT ? n : longest;
  const doubles = rows * (shape.p + shape.q) + (STRIDE / 8) * (detailPlaces(K).count + 4);
  const lanes = createLanes(doubles + parametersIn(shape) + SPARE);
  if (lanes === undefined) return undefined;
  const addressOfX = residence(lanes, X, rows < n ? undefined : X.data, longest);
  const addressOfW = shape.shared
    ? () => 0
    : residence(lanes, W, rows < n ? undefined : W.data, longest);
  const routines = lanes.compileOnce(`mixture ${K} ${shape.p} ${shape.q} ${shape.shared}`, () => ({
    ratios: ratioRoutine(shape),
    detail: detailRoutine(shape),
    allocation: allocationRoutine(K),
  }));
  const parameters = lanes.vector(parametersIn(shape));
  const y = lanes.vector(longest);
  const ratio = lanes.vector(longest);
  const out = lanes.vectors(detailPlaces(K).count, longest);

  function call(routine: Call, block: RowBlock, to: Vector): void {
    for (let i = 0; i < block.size; i++) y[i] = normal!.y[block.from + i]!;
    const first = to.byteOffset;
    const x = addressOfX(block.from, block.X);
    const w = addressOfW(block.from, block.W);
    routine(first + 8 * block.size, first, x, w, y.byteOffset, parameters.byteOffset);
  }

  const own: AllocationScratch = {
    uniform: lanes.vector(longest),
    place: lanes.vector(longest),
    sums: lanes.vector(2 * sumsOf(K)),
  };
  return {
    allocation: {
      ...own,
      run({ size }) {
        const first = out[0]!.byteOffset;
        const [uniform, place, sums] = [own.uniform, own.place, own.sums].map(addressOf);
        routines.allocation(first + 8 * size, first, uniform!, place!, sums!);
      },
    },
    load: (at) => writeParameters(shape, normal, at, parameters),
    ratios(block) {
      call(routines.ratios, block, ratio);
      return ratio;
    },
    detail: (block) => call(routines.detail, block, out[0]!),
    scratch: (size) => scratchIn(out, K, size),
  };
}

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
  normal: NonNullable<ExpertRows["normal"]>,
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
