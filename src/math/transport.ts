import { type Matrix, matrix } from "./matrix.ts";

/** An optimal transport plan. */
export interface Transport {
  readonly cost: number;
  /** rows × columns: how much goes from each row to each column. */
  readonly plan: Matrix;
  /**
   * By how much the cost at most exceeds the least: cost minus that of feasible dual prices. It is
   * 0 but for rounding.
   */
  readonly gap: number;
}

interface Tree {
  /** Cells of the basis: m + n − 1, a spanning tree of rows and columns. */
  readonly cells: number[];
  readonly flow: Float64Array;
}

const ROUNDING = 1e-13;
const MOST_PIVOTS = 100_000;

/**
 * The cheapest way to bring what rows supply to what columns demand. supply, demand: 0 or more, with
 * equal sums (the demand is scaled to the supply's total). cost: finite. By the transportation
 * simplex; Bland's rule keeps it from cycling. Source: [dantzig1951], [bland1977].
 */
export function transport(supply: Float64Array, demand: Float64Array, cost: Matrix): Transport {
  const total = supply.reduce((sum, value) => sum + value, 0);
  const wanted = demand.reduce((sum, value) => sum + value, 0);
  const tree = northwestCorner(
    supply,
    demand.map((value) => (value * total) / wanted),
  );
  const rowPrice = new Float64Array(cost.rows);
  const columnPrice = new Float64Array(cost.columns);
  const scale = cost.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let pivot = 0; pivot < MOST_PIVOTS; pivot++) {
    prices(cost, tree.cells, rowPrice, columnPrice);
    const entering = cost.data.findIndex(
      (value, cell) => value - dual(cost, cell, rowPrice, columnPrice) < -ROUNDING * scale,
    );
    if (entering < 0) break;
    exchange(cost.columns, tree, entering);
  }
  return result(cost, tree, rowPrice, columnPrice);
}

const dual = ({ columns }: Matrix, cell: number, u: Float64Array, v: Float64Array): number =>
  u[Math.floor(cell / columns)]! + v[cell % columns]!;

/** A first basis: from the first row and column on, as much as either allows. */
function northwestCorner(supply: Float64Array, demand: Float64Array): Tree {
  const [m, n] = [supply.length, demand.length];
  const [left, missing] = [supply.slice(), demand.slice()];
  const flow = new Float64Array(m * n);
  const cells: number[] = [];
  for (let i = 0, j = 0; i < m && j < n; ) {
    const cell = i * n + j;
    const amount = Math.min(left[i]!, missing[j]!);
    cells.push(cell);
    flow[cell] = amount;
    left[i]! -= amount;
    missing[j]! -= amount;
    const down = j === n - 1 || (i < m - 1 && left[i]! <= missing[j]!);
    if (down) i++;
    else j++;
  }
  return { cells, flow };
}

/** Prices with row price + column price = cost on the basis, along its tree from row 0. */
function prices(cost: Matrix, cells: readonly number[], u: Float64Array, v: Float64Array): void {
  const n = cost.columns;
  u.fill(Number.NaN);
  v.fill(Number.NaN);
  u[0] = 0;
  for (let known = 1, before = 0; known > before; ) {
    before = known;
    for (const cell of cells) {
      const [i, j] = [Math.floor(cell / n), cell % n];
      if (Number.isNaN(u[i]!) === Number.isNaN(v[j]!)) continue;
      if (Number.isNaN(u[i]!)) u[i] = cost.data[cell]! - v[j]!;
      else v[j] = cost.data[cell]! - u[i]!;
      known++;
    }
  }
}

/** Brings a cell into the basis: flow goes round its cycle until a cell of the basis is empty. */
function exchange(n: number, { cells, flow }: Tree, entering: number): void {
  const path = pathBetween(n, cells, Math.floor(entering / n), entering % n);
  const losing = path.filter((_, step) => step % 2 === 0);
  const amount = losing.reduce((least, cell) => Math.min(least, flow[cell]!), Infinity);
  const leaving = losing.filter((cell) => flow[cell]! <= amount).reduce((a, b) => Math.min(a, b));
  path.forEach((cell, step) => {
    flow[cell]! += step % 2 === 0 ? -amount : amount;
  });
  flow[entering] = amount;
  flow[leaving] = 0;
  cells[cells.indexOf(leaving)] = entering;
}

/** Cells of the basis on the way from a row to a column. In the tree row i is i and column j is −1 − j. */
function pathBetween(n: number, cells: readonly number[], from: number, to: number): number[] {
  const across = (cell: number, node: number): number =>
    node >= 0 ? -1 - (cell % n) : Math.floor(cell / n);
  const touches = (cell: number, node: number): boolean =>
    node === (node >= 0 ? Math.floor(cell / n) : -1 - (cell % n));
  const search = (node: number, used: number): number[] | undefined => {
    if (node === -1 - to) return [];
    for (const cell of cells) {
      const rest =
        cell !== used && touches(cell, node) ? search(across(cell, node), cell) : undefined;
      if (rest) return [cell, ...rest];
    }
    return undefined;
  };
  return search(from, -1)!;
}

function result(cost: Matrix, { flow }: Tree, u: Float64Array, v: Float64Array): Transport {
  const { rows, columns } = cost;
  let total = 0;
  let bound = 0;
  let slack = 0;
  let moved = 0;
  flow.forEach((amount, cell) => {
    const reduced = cost.data[cell]! - dual(cost, cell, u, v);
    total += amount * cost.data[cell]!;
    bound += amount * (cost.data[cell]! - reduced);
    slack = Math.min(slack, reduced);
    moved += amount;
  });
  return {
    cost: total,
    plan: matrix(rows, columns, flow),
    gap: Math.abs(total - bound) - slack * moved,
  };
}
