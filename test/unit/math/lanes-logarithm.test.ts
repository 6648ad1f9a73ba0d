import { expect, test } from "vitest";
import { fastLog } from "../../../src/math/exp.ts";
import { pair } from "../../../src/math/lanes/code.ts";
import { createLanes } from "../../../src/math/lanes/lanes.ts";
import { LOG_TABLE, logarithm, writeLogTable } from "../../../src/math/lanes/logarithm.ts";
import { routine } from "../../../src/math/lanes/module.ts";
import { forRows } from "../../../src/math/lanes/rows.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

function logarithms(values: Vector): Vector {
  const lanes = createLanes(LOG_TABLE + 2 * values.length + 16)!;
  const table = lanes.vector(LOG_TABLE);
  writeLogTable(table);
  const from = lanes.vector(values.length);
  from.set(values);
  const out = lanes.vector(values.length);
  const log = routine(3, (scope, end, x, to) => [
    forRows(
      end!,
      [pair.store(to!.get, logarithm(scope, table.byteOffset)(pair.load(x!.get)))],
      [
        [x!, 16],
        [to!, 16],
      ],
    ),
  ]);
  lanes.compile({ log }).log(from.byteOffset + 8 * values.length, from.byteOffset, out.byteOffset);
  return out;
}

test("the logarithm of two doubles has the bits of the plain one, of normal numbers of all sizes", () => {
  const rng = createRng(92, 1);
  const drawn = Array.from({ length: 20_000 }, () => {
    return (1 + uniform(rng)) * 2 ** Math.floor(2044 * uniform(rng) - 1022);
  });
  const nearOne = Array.from({ length: 20_000 }, () => 0.3 + 3 * uniform(rng));
  const edges = [1, 2, 0.5, 2 ** -1022, 2 ** 1022, Number.NaN];
  const values = Float64Array.from([...edges, ...drawn, ...nearOne]);
  const found = logarithms(values);
  expect(found.findIndex((log, i) => !Object.is(log, fastLog(values[i]!)))).toBe(-1);
});
