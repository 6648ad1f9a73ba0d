import { type Code, f64, type Local, pair } from "./code.ts";
import { type Routine, routine, type Scope } from "./module.ts";
import { forRows } from "./rows.ts";

/** How many numbers a row of a triangle takes in memory: d and one more where d is odd. */
export const widthOf = (d: number): number => d + (d % 2);

/** Sums over rows of the products of a row's entries, two of a column of the triangle at a time, in order of rows. */
function triangle(scope: Scope, d: number, X: Local) {
  const halves = Array.from({ length: widthOf(d) / 2 }, (_, h) => h);
  const weighted = halves.map(() => scope.local("v128"));
  const entry = scope.local("v128");
  const cells = Array.from({ length: d }, (_, i) =>
    halves.filter((h) => 2 * h + 1 >= i).map((h) => ({ h, i, sum: scope.local("v128") })),
  );
  const offset = (h: number, i: number): number => 8 * (i * widthOf(d) + 2 * h);
  return {
    weighted,
    /** weighted = weight · x, then x_i times that to the sums. */
    add: (weight: Code): Code => [
      weighted.map((w, h) => w.set(pair.multiply(weight, pair.load(X.get, 16 * h)))),
      cells.map((column, i) => [
        entry.set(pair.loadTwice(X.get, 8 * i)),
        column.map(({ h, sum }) =>
          sum.set(pair.add(sum.get, pair.multiply(weighted[h]!.get, entry.get))),
        ),
      ]),
    ],
    load: (from: Local): Code =>
      cells.flat().map(({ h, i, sum }) => sum.set(pair.load(from.get, offset(h, i)))),
    store: (to: Local): Code =>
      cells.flat().map(({ h, i, sum }) => pair.store(to.get, sum.get, offset(h, i))),
  };
}

/** (end, w, X, out): adds Σ w x x' to out, entry (j, i) at i · width + j for j ≥ i; what stands elsewhere is of no use. */
export const triangleRoutine = (d: number): Routine =>
  routine(4, (scope, end, w, X, out) => {
    const sums = triangle(scope, d, X!);
    const weight = scope.local("v128");
    return [
      sums.load(out!),
      forRows(
        end!,
        [weight.set(pair.loadTwice(w!.get)), sums.add(weight.get)],
        [
          [w!, 8],
          [X!, 8 * d],
        ],
      ),
      sums.store(out!),
    ];
  });

/** (end, w, X, v, out): writes the same from zero; behind it Σ w x v, then Σ w v² and Σ w. */
export const regressionRoutine = (d: number): Routine =>
  routine(5, (scope, end, w, X, v, out) => {
    const sums = triangle(scope, d, X!);
    const weight = scope.local("v128");
    const value = scope.local("v128");
    const products = sums.weighted.map(() => scope.local("v128"));
    const [squares, total] = [scope.local("f64"), scope.local("f64")];
    const [one, y] = [f64.load(w!.get), f64.load(v!.get)];
    const behind = 8 * d * widthOf(d);
    return [
      forRows(
        end!,
        [
          weight.set(pair.loadTwice(w!.get)),
          value.set(pair.loadTwice(v!.get)),
          sums.add(weight.get),
          ...products.map((sum, h) =>
            sum.set(pair.add(sum.get, pair.multiply(sums.weighted[h]!.get, value.get))),
          ),
          squares.set(f64.add(squares.get, f64.multiply(f64.multiply(one, y), y))),
          total.set(f64.add(total.get, one)),
        ],
        [
          [w!, 8],
          [X!, 8 * d],
          [v!, 8],
        ],
      ),
      sums.store(out!),
      ...products.map((sum, h) => pair.store(out!.get, sum.get, behind + 16 * h)),
      f64.store(out!.get, squares.get, behind + 8 * widthOf(d)),
      f64.store(out!.get, total.get, behind + 8 * widthOf(d) + 8),
    ];
  });

/** (end, w, X, out): adds Σ w x to out. */
export const productsRoutine = (d: number): Routine =>
  routine(4, (scope, end, w, X, out) => {
    const sums = Array.from({ length: widthOf(d) / 2 }, () => scope.local("v128"));
    const weight = scope.local("v128");
    return [
      ...sums.map((sum, h) => sum.set(pair.load(out!.get, 16 * h))),
      forRows(
        end!,
        [
          weight.set(pair.loadTwice(w!.get)),
          ...sums.map((sum, h) =>
            sum.set(pair.add(sum.get, pair.multiply(weight.get, pair.load(X!.get, 16 * h)))),
          ),
        ],
        [
          [w!, 8],
          [X!, 8 * d],
        ],
      ),
      ...sums.map((sum, h) => pair.store(out!.get, sum.get, 16 * h)),
    ];
  });
