import { describe, expect, it } from "vitest";
import { plainAdder, rowAdder } from "../../../../models/varying/bayes/row-adder.ts";
import type { Table } from "../../../../models/varying/bayes/row-sums.ts";
import { createLanes } from "../../../../src/math/lanes/lanes.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng } from "../../../../src/math/rng.ts";

describe("sums over rows by WebAssembly", () => {
  for (const [n, width, term] of [
    [200, 45, 13],
    [203, 26, 8],
    [1001, 7, 3],
  ] as const) {
    it(`have the bits of plain ones: ${n} rows of ${width} numbers, ${term} a term`, () => {
      expect(createLanes(1)).toBeDefined();
      const rng = createRng(41, n);
      const draws = (length: number) => Float64Array.from({ length }, () => normal(rng));
      const table = { n, width, sizes: [term, 1], values: draws(n * width) } as unknown as Table;
      const [fast, plain] = [rowAdder(table), plainAdder(table)];
      const some = Int32Array.from({ length: n - 5 }, (_, m) => (m * 7) % n);
      for (const rows of [undefined, some, Int32Array.of(4, 0, 3), new Int32Array(0)]) {
        const times = draws(n);
        for (const length of [width, term, 1]) {
          const [own, other] = [fast, plain].map((adder) => {
            const out = new Float64Array(length);
            adder.choose(rows);
            adder.times.set(times);
            adder.add(out);
            return out;
          });
          expect(own).toEqual(other);
        }
      }
    });
  }
});
