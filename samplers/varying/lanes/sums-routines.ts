import { type Code, call, i32, type Local, pair } from "../../../src/math/lanes/code.ts";
import { type Routine, routine, type Scope } from "../../../src/math/lanes/module.ts";
import { forRows, STRIDE } from "../../../src/math/lanes/rows.ts";
import type { Layout } from "../layout.ts";
import type { Fixed } from "./pass-routines.ts";
import { placesOf } from "./places.ts";

/** Entries of a row of d, two by two; a last one alone is beside a zero, that adds nothing to what is beside its sum. */
function entriesOf(scope: Scope, d: number, X: Local) {
  const halves = Array.from({ length: Math.ceil(d / 2) }, () => scope.local("v128"));
  const isAlone = (h: number): boolean => 2 * h + 1 === d;
  const load = halves.map((half, h) =>
    half.set(isAlone(h) ? pair.loadFirst(X.get, 16 * h) : pair.load(X.get, 16 * h)),
  );
  return { halves, load };
}

/** (end, w, X, out): adds Σ w x over rows in their order. */
const slopesRoutine = (d: number): Routine =>
  routine(4, (scope, end, w, X, out) => {
    const { halves, load } = entriesOf(scope, d, X!);
    const sums = halves.map(() => scope.local("v128"));
    const weight = scope.local("v128");
    const body = [
      load,
      weight.set(pair.loadTwice(w!.get)),
      sums.map((sum, h) => sum.set(pair.add(sum.get, pair.multiply(weight.get, halves[h]!.get)))),
    ];
    return [
      sums.map((sum, h) => sum.set(pair.load(out!.get, 16 * h))),
      forRows(end!, body, [
        [w!, 8],
        [X!, 8 * d],
      ]),
      sums.map((sum, h) => pair.store(out!.get, sum.get, 16 * h)),
    ];
  });

/** (end, w, A, B, out): adds Σ w a b' over rows in their order to a part of a matrix with so many columns. */
const blockRoutine = (a: number, b: number, columns: number): Routine =>
  routine(5, (scope, end, w, A, B, out) => {
    const { halves, load } = entriesOf(scope, b, B!);
    const sums = Array.from({ length: a }, () => halves.map(() => scope.local("v128")));
    const weighted = scope.local("v128");
    const add = (of: (typeof sums)[number], i: number): Code => [
      weighted.set(pair.multiply(pair.loadTwice(w!.get), pair.loadTwice(A!.get, 8 * i))),
      of.map((sum, h) => sum.set(pair.add(sum.get, pair.multiply(weighted.get, halves[h]!.get)))),
    ];
    const offset = (i: number, h: number): number => 8 * (i * columns + 2 * h);
    return [
      sums.map((of, i) => of.map((sum, h) => sum.set(pair.load(out!.get, offset(i, h))))),
      forRows(
        end!,
        [load, sums.map(add)],
        [
          [w!, 8],
          [A!, 8 * a],
          [B!, 8 * b],
        ],
      ),
      // Row after row: a zero's sum is written back before the row that it belongs to.
      sums.map((of, i) => of.map((sum, h) => pair.store(out!.get, sum.get, offset(i, h)))),
    ];
  });

/** Of pairs of predictors a ≥ b: those whose bends are not zero, all or where it is known who made a row. */
function pairsOf({ predictors: P, gateFrom }: Layout, isObserved: boolean): [number, number][] {
  const pairs: [number, number][] = [];
  for (let a = 0; a < P; a++) {
    for (let b = 0; b <= a; b++) {
      if (isObserved || a === b || b >= gateFrom) pairs.push([a, b]);
    }
  }
  return pairs;
}

const blockName = (a: number, b: number): string => `block ${a} ${b}`;
const slopesName = (d: number): string => `slopes ${d}`;

/**
 * Routines that others call, and (rows, X, S, W) "sumObserved" and "sumComplete": add to gradient and information what
 * the slopes and bends of a run come to; `rows` is eight times their number.
 */
export function sumsRoutines(layout: Layout, fixed: Fixed) {
  const { kind, width, dimension } = layout;
  const written: Record<string, Routine> = {};
  for (const of of new Set(kind)) written[slopesName(width[of])] = slopesRoutine(width[of]);
  for (const [a, b] of pairsOf(layout, true)) {
    const [rows, columns] = [width[kind[a]!], width[kind[b]!]];
    written[blockName(rows, columns)] ??= blockRoutine(rows, columns, dimension);
  }
  const names = Object.keys(written);
  return {
    ...written,
    sumObserved: allSumsRoutine(layout, fixed, names, true),
    sumComplete: allSumsRoutine(layout, fixed, names, false),
  };
}

function allSumsRoutine(
  layout: Layout,
  fixed: Fixed,
  names: readonly string[],
  isObserved: boolean,
): Routine {
  const { predictors: P, kind, width, first, dimension: D } = layout;
  const places = placesOf(layout);
  return routine(4, (_, rows, X, S, W) => {
    const designs = [X!, S!, W!];
    const designOf = (p: number): Code => designs[kind[p]!]!.get;
    const column = (place: number): [Code, Code] => {
      const begin = i32.constant(fixed.columns + place * STRIDE);
      return [i32.add(begin, rows!.get), begin];
    };
    const toSlope = (p: number): Code =>
      call(names.indexOf(slopesName(width[kind[p]!])), [
        ...column(places.slope + p),
        designOf(p),
        i32.constant(fixed.gradient + 8 * first[p]!),
      ]);
    const toBlock = ([a, b]: readonly [number, number]): Code =>
      call(names.indexOf(blockName(width[kind[a]!], width[kind[b]!])), [
        ...column(places.bend(a, b)),
        designOf(a),
        designOf(b),
        i32.constant(fixed.information + 8 * (first[a]! * D + first[b]!)),
      ]);
    return [
      Array.from({ length: P }, (__, p) => toSlope(p)),
      pairsOf(layout, isObserved).map(toBlock),
    ];
  });
}
