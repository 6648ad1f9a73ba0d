import { describe, expect, test } from "vitest";
import { sizesOfCalls } from "../../../samplers/em/row-parts.ts";
import { addUpHere, type PartSums } from "../../../src/core/part-sums.ts";
import { fromFormula, maximize, tableFrom } from "../../../src/index.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import type { ClimbTask } from "../../../src/run/climb-task.ts";
import { closeBell, helpAt, leadBoard } from "../../../src/run/row-board.ts";
import { FIRST_PART, phaseOf, rowBoards, TURN } from "../../../src/run/row-memory.ts";
import { compileForThreads, sharedBy } from "../../../src/run/sent.ts";
import { runTasks, type TaskOptions } from "../../../src/run/tasks.ts";

const PARTS = 7;
const SIZE = 3;
const call = () => ({ numbers: Float64Array.of(0.1, 0.7), counts: [1, PARTS, 0] });

/** Numbers whose sum depends on the order in which they are added. */
function toy(made: number[], during: (part: number) => void = () => {}): PartSums {
  return {
    parts: PARTS,
    size: SIZE,
    write(part, out) {
      made.push(part);
      during(part);
      for (let j = 0; j < SIZE; j++) out[j] = 10 ** (part % 4) / (3 + j + part);
    },
  };
}

const alone = new Float64Array(SIZE);
addUpHere()(toy([]), call, alone);
const boardOf = () => rowBoards(1, { numbers: 2, sums: PARTS * SIZE })![0]!;

describe("a board on which threads make parts of sums", () => {
  test("has the sums of one thread, whoever makes the parts", () => {
    const board = boardOf();
    const [own, others]: number[][] = [[], []];
    const heard: unknown[] = [];
    const helper = toy(others, (part) => part === PARTS - 1 && closeBell(board));
    // While the first part is made here, helpers make all others.
    const of = toy(own, () =>
      helpAt([board], (asked) => {
        heard.push(asked);
        return helper;
      }),
    );
    const total = new Float64Array(SIZE);
    leadBoard(board)(of, call, total);
    expect(total).toEqual(alone);
    expect(own).toEqual([0]);
    expect(others).toEqual([1, 2, 3, 4, 5, 6]);
    expect(heard).toEqual([call()]);
  });

  test("does not wait for a thread that has taken a part and does not return", () => {
    const board = boardOf();
    const made: number[] = [];
    const total = new Float64Array(SIZE);
    const of = toy(made, (part) => {
      const turn = board.control[TURN]!;
      if (part === 0) board.control[FIRST_PART + 4] = phaseOf(turn, "taken");
    });
    leadBoard(board)(of, call, total);
    expect(made).toEqual([0, 1, 2, 3, 5, 6, 4]);
    expect(total).toEqual(alone);
  });

  test("does not take what is late for a call before", () => {
    const board = boardOf();
    const lead = leadBoard(board);
    const total = new Float64Array(SIZE);
    lead(toy([]), call, total);
    // As if a helper had taken part 2 of the first call, and come to its end in the second.
    const stale = phaseOf(board.control[TURN]!, "taken");
    const of = toy([], (part) => {
      if (part !== 0) return;
      const at = FIRST_PART + 2;
      expect(Atomics.compareExchange(board.control, at, stale, -1)).not.toBe(stale);
    });
    lead(of, call, total);
    expect(total).toEqual(alone);
  });
});

const N = 2 ** 17 + 700;
const rng = createRng(4, 4);
const x = new Float64Array(N).map(() => normal(rng));
const y = x.map((v) => (uniform(rng) < 0.4 ? 1 + v : -1 - 2 * v) + 0.7 * normal(rng));
const table = tableFrom({ x, y });
const model = fromFormula({ formula: "y ~ x | x", components: 2 });
const compiled = compileForThreads(model, table);
const { prepared } = sharedBy(compiled);
const calls = sizesOfCalls(compiled.target, 2);

const climbsOf = (tasks: ClimbTask[], options: TaskOptions) => {
  const settings = { priorWeight: 0, variant: "em", maxIterations: 5 } as const;
  const setup = { model: compiled.model, table: prepared.table, prepared, seed: 2, settings };
  return runTasks("climb", setup, tasks, { calls, ...options });
};
const ONE: ClimbTask[] = [{ index: 0, start: "random" }];
const TWO: ClimbTask[] = [...ONE, { index: 1, start: "random" }];

describe("a climb over very many rows", () => {
  test("is the same bits for any number of threads", async () => {
    const [serial, ...others] = [
      await climbsOf(TWO, { workers: 1 }),
      await climbsOf(TWO, { workers: 2 }),
      await climbsOf(TWO, { workers: 3 }),
      await climbsOf(TWO, { workers: 2, calls: undefined }),
    ];
    expect(serial![0]!.iterations).toBe(5);
    for (const climbs of others) expect(climbs).toEqual(serial);
    expect(await climbsOf(ONE, { workers: 3 })).toEqual(serial!.slice(0, 1));
  });

  test("ends with a clear error where a thread that helps is lost", async () => {
    const file = new URL("workers/helper-dies.mjs", import.meta.url);
    await expect(climbsOf(ONE, { workers: 2, file })).rejects.toThrow(
      "one did: no memory is left; try again, or with `workers` 1",
    );
  });

  test("that is cancelled ends its threads, and begins no other", async () => {
    const stop = new AbortController();
    const climbs = await climbsOf(TWO.concat(ONE), {
      workers: 2,
      signal: stop.signal,
      progress: () => stop.abort(),
    });
    expect(climbs.map((climb) => climb !== undefined)).toEqual([true, true, false]);
    const cancelled = AbortSignal.abort();
    const options = { starts: 1, workers: 2, signal: cancelled };
    await expect(maximize(model, table, options)).rejects.toThrow("stopped before its end");
  });
});
