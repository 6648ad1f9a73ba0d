import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrix } from "../../../src/math/matrix.ts";
import { formatCheckpoint, parseCheckpoint } from "../../../src/run/checkpoint.ts";
import type { Checkpoint } from "../../../src/run/job.ts";

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe("a checkpoint", () => {
  it("is the same after it was written and read, bit for bit", () => {
    const property = fc.property(
      fc.array(fc.double(), { minLength: 6, maxLength: 6 }),
      fc.array(int32, { minLength: 4, maxLength: 4 }),
      fc.array(int32),
      (numbers, words, z) => {
        const checkpoint: Checkpoint = {
          iteration: 3,
          draws: 1,
          rng: Int32Array.from(words),
          state: {
            theta: matrix(2, 2, Float64Array.from(numbers.slice(0, 4))),
            gamma: matrix(2, 1, Float64Array.from(numbers.slice(4))),
            z: Int32Array.from(z),
          },
          acceptance: { gate: { proposed: 4, accepted: 2 } },
          firstVisits: { "2": 1 },
          learned: Float64Array.from(numbers.slice(0, 3)),
          seconds: 0.25,
        };
        const back = parseCheckpoint(formatCheckpoint(checkpoint));
        expect(back).toEqual(checkpoint);
        const bits = (c: Checkpoint) => [...new Int32Array(c.state.theta.data.buffer)];
        expect(bits(back!)).toEqual(bits(checkpoint));
      },
    );
    fc.assert(property, { examples: [[[-0, NaN, 1e-310, 1 / 0, -1 / 0, 0.1], [1, 2, 3, 4], []]] });
  });

  it("is recognised as none when it is damaged", () => {
    const good = formatCheckpoint({
      iteration: 0,
      draws: 0,
      rng: new Int32Array(4),
      state: { theta: matrix(1, 1), gamma: matrix(1, 1), z: new Int32Array(2) },
      acceptance: {},
      firstVisits: {},
      seconds: 0,
    });
    expect(parseCheckpoint(good)).toBeDefined();
    for (let length = 0; length < good.length - 1; length++) {
      expect(parseCheckpoint(good.slice(0, length))).toBeUndefined();
    }
    expect(parseCheckpoint(good.replace('"format":1', '"format":2'))).toBeUndefined();
    expect(parseCheckpoint(good.replace('"rows":1', '"rows":2'))).toBeUndefined();
    expect(parseCheckpoint(good.replace("AAAAAAAAAAA=", "AAAA"))).toBeUndefined();
  });
});
