import { type Call, createLanes } from "../../../src/math/lanes/lanes.ts";
import { ROWS_AT_ONCE, rowSumsRoutine } from "../../../src/math/lanes/row-sums-routine.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { addRows, type Table } from "./row-sums.ts";

/** With fewer numbers than this there is little to gain. */
const WORTH = 2000;

/** Sums over rows: which, with what factors, and how many numbers of each. */
export interface RowAdder {
  /** Takes the rows of the next sums, all if undefined; they must not change until then. */
  choose(rows: Int32Array | undefined): void;
  /** The factors, by row chosen, to be written before `add`. */
  readonly times: Vector;
  /** out[r] = Σ_m times[m] · number r of row m of those chosen; out is zero before. */
  add(out: Vector): void;
}

/** The adder of a table, by WebAssembly where it can be had; the numbers are the same, to the bit. */
export function rowAdder(table: Table): RowAdder {
  return (table.n * table.width < WORTH ? undefined : laneAdder(table)) ?? plainAdder(table);
}

/** The plain one, that the other is tested against. */
export function plainAdder(table: Table, times: Vector = new Float64Array(table.n)): RowAdder {
  let chosen: Int32Array | undefined;
  return {
    choose(rows) {
      chosen = rows;
    },
    times,
    add: (out) => addRows(table, chosen, chosen?.length ?? table.n, times, out),
  };
}

function laneAdder(table: Table): RowAdder | undefined {
  const { n, width, sizes, values } = table;
  const term = Math.max(...sizes);
  const lanes = createLanes(values.length + 2 * n + 2 * width + 64);
  if (lanes === undefined) return undefined;
  const routines = lanes.compileOnce(`row sums ${width} ${term}`, () => ({
    whole: rowSumsRoutine(width),
    term: rowSumsRoutine(term),
  }));
  const routineFor = new Map<number, Call>([
    [term, routines.term],
    [width, routines.whole],
  ]);
  const own = lanes.vector(values.length);
  const room = lanes.vector(Math.ceil(n / 2));
  const addresses = new Int32Array(room.buffer, room.byteOffset, n);
  const sums = lanes.vector(width + 1);
  const plain = plainAdder(table, lanes.vector(n));
  const { times } = plain;
  own.set(values);
  let chosen: Int32Array | undefined;

  return {
    times,

    choose(rows) {
      chosen = rows;
      plain.choose(rows);
      const count = rows?.length ?? n;
      for (let m = 0; m < count; m++) {
        addresses[m] = own.byteOffset + 8 * width * (rows === undefined ? m : rows[m]!);
      }
    },

    add(out) {
      const count = chosen?.length ?? n;
      const routine = routineFor.get(out.length);
      const inFours = count - (count % ROWS_AT_ONCE);
      if (routine === undefined || inFours === 0) {
        plain.add(out);
        return;
      }
      sums.fill(0);
      const first = addresses.byteOffset;
      routine(first + 4 * inFours, first, times.byteOffset, sums.byteOffset);
      for (let m = inFours; m < count; m++) {
        const from = (chosen === undefined ? m : chosen[m]!) * width;
        for (let r = 0; r < out.length; r++) sums[r] = sums[r]! + times[m]! * values[from + r]!;
      }
      for (let r = 0; r < out.length; r++) out[r] = sums[r]!;
    },
  };
}
