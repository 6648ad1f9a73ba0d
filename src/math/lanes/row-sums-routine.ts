import { type Code, i32, pair } from "./code.ts";
import { type Routine, routine } from "./module.ts";
import { forRows } from "./rows.ts";

/** Rows that are read together. */
export const ROWS_AT_ONCE = 4;

/**
 * (end, addresses, times, out): adds to out the first `length` numbers of rows, each times a number of its own. The rows'
 * 32-bit addresses stand from `addresses` to `end`, in fours; out has room for one number more where length is odd.
 */
export const rowSumsRoutine = (length: number): Routine =>
  routine(4, (scope, end, addresses, times, out) => {
    const sums = Array.from({ length: Math.ceil(length / 2) }, () => scope.local("v128"));
    const rows = Array.from({ length: ROWS_AT_ONCE }, () => ({
      address: scope.local("i32"),
      factor: scope.local("v128"),
    }));
    const term = (m: number, h: number): Code =>
      pair.multiply(rows[m]!.factor.get, pair.load(rows[m]!.address.get, 16 * h));
    return [
      sums.map((sum, h) => sum.set(pair.load(out!.get, 16 * h))),
      forRows(
        end!,
        [
          rows.map(({ address, factor }, m) => [
            address.set(i32.load(addresses!.get, 4 * m)),
            factor.set(pair.loadTwice(times!.get, 8 * m)),
          ]),
          sums.map((sum, h) => {
            const firstTwo = pair.add(term(0, h), term(1, h));
            const both = pair.add(firstTwo, pair.add(term(2, h), term(3, h)));
            return sum.set(pair.add(sum.get, both));
          }),
        ],
        [
          [addresses!, 4 * ROWS_AT_ONCE],
          [times!, 8 * ROWS_AT_ONCE],
        ],
      ),
      sums.map((sum, h) => pair.store(out!.get, sum.get, 16 * h)),
    ];
  });
