import type { Matrix, Vector } from "../../src/math/matrix.ts";

/** Voronoi cells: the true atom nearest to each fitted one, and how many and how much each holds. */
export interface Cells {
  /** Length K: index of the true atom. */
  readonly home: Int32Array;
  /** Length K*: fitted atoms in the cell. */
  readonly size: Int32Array;
  /** Length K*: their mass. */
  readonly mass: Vector;
}

/** Cells by least distance; ties go to the first true atom. distances: fitted × true. */
export function cellsOf(distances: Matrix, mass: Vector): Cells {
  const { rows: K, columns, data } = distances;
  const out: Cells = {
    home: new Int32Array(K),
    size: new Int32Array(columns),
    mass: new Float64Array(columns),
  };
  for (let i = 0; i < K; i++) {
    let best = 0;
    for (let j = 1; j < columns; j++) {
      if (data[i * columns + j]! < data[i * columns + best]!) best = j;
    }
    out.home[i] = best;
    out.size[best]! += 1;
    out.mass[best]! += mass[i]!;
  }
  return out;
}

/** The fitted atoms of each cell, counted from 0. */
export function membersOf({ home, size }: Cells): number[][] {
  const out = Array.from(size, (): number[] => []);
  home.forEach((j, i) => {
    out[j]!.push(i);
  });
  return out;
}
