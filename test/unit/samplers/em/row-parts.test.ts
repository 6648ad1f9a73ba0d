import { describe, expect, test } from "vitest";
import { compile } from "../../../../models/compile.ts";
import { MANY, partsForCall, partsOf, sizesOfCalls } from "../../../../samplers/em/row-parts.ts";
import { rowPass } from "../../../../samplers/em/row-pass.ts";
import { rowWeightOf } from "../../../../samplers/em/row-weight.ts";
import { emStart } from "../../../../samplers/em/starts.ts";
import { type AddUp, addUpHere, type PartCall } from "../../../../src/core/part-sums.ts";
import { fromFormula, tableFrom } from "../../../../src/index.ts";
import { matrix } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";

const N = MANY + 300;
const K = 3;
const rng = createRng(6, 1);
const x = new Float64Array(N).map(() => normal(rng));
const y = x.map((v) => Math.floor(3 * uniform(rng)) * (2 + v) + 0.7 * normal(rng));
const model = fromFormula({ formula: "y ~ x | x", components: K });
const { target } = compile(model, tableFrom({ x, y }));

function stateOf(seed: number) {
  return emStart(createRng(seed), { target, related: () => undefined }, "random").state;
}

describe.each([1, 8])("the parts of a pass over each %s-th block of very many rows", (every) => {
  const weight = rowWeightOf(N);

  test("are made by a thread that is told of the pass as by the one that has begun it", () => {
    const partsFor = partsForCall(target, K);
    const calls: PartCall[] = [];
    const addUp: AddUp = (of, call, total) => {
      calls.push(call());
      const theirs = partsFor(call());
      expect({ ...theirs, write: 0 }).toEqual({ ...of, write: 0 });
      const [ours, other] = [new Float64Array(of.size), new Float64Array(of.size)];
      // In another order than they are added in.
      for (let c = of.parts - 1; c >= 0; c--) {
        of.write(c, ours);
        theirs.write(c, other);
        expect(other).toEqual(ours);
      }
      addUpHere()(of, call, total);
    };
    const pass = rowPass(target, K, weight, every, addUp)!;
    const state = stateOf(2);
    pass.look(state);
    const step = matrix(K, target.gate.dimension);
    expect(pass.gateStep(step)).toBe(true);
    // Near the last Hessian none is summed, so that there are fewer sums.
    step.data.forEach((value, at) => {
      state.gamma.data[at] = state.gamma.data[at]! + 0.01 * value;
    });
    pass.look(state);
    expect(calls[1]!.counts[2]).toBeLessThan(calls[0]!.counts[2]!);
    const { numbers, sums } = sizesOfCalls(target, K)!;
    expect(calls[0]!.numbers.length).toBe(numbers);
    const size = 1 + K * 8 + calls[0]!.counts[2]!;
    expect(calls[0]!.counts[1]! * size).toBeLessThanOrEqual(sums);
  });

  test("add up to what one run over the rows does, but for rounding", () => {
    const state = stateOf(3);
    const pass = rowPass(target, K, weight, every)!;
    const all = rowPass(target, K, weight, every, (of, call, total) => {
      const [here, { counts }] = [partsForCall(target, K), call()];
      here({ numbers: call().numbers, counts: [every, 1, counts[2]!] }).write(0, total);
      expect(of.parts).toBeGreaterThan(1);
    })!;
    const [a, b] = [pass.look(state), all.look(state)];
    // n terms of size |a| / n, added in blocks of 512 and then one block after another.
    expect(Math.abs(a - b)).toBeLessThan((512 + N / 512) * Number.EPSILON * Math.abs(a));
    expect(Math.abs(pass.gradientNorm() - all.gradientNorm())).toBeLessThan(1e-9 * pass.total);
  });
});

test("the number of parts depends on rows and model alone", () => {
  expect(partsOf(MANY - 1, 256, 100)).toBe(1);
  expect(partsOf(MANY, 256, 100)).toBe(64);
  expect(partsOf(MANY, 32, 100)).toBe(32);
  expect(partsOf(MANY, 256, 2 ** 19)).toBe(8);
  expect(partsOf(MANY, 256, 2 ** 30)).toBe(4);
});
