import type { Table } from "../../../src/core/data.ts";
import type { Info, Kernel } from "../../../src/core/kernel.ts";
import type { SamplingSettings } from "../../../src/core/run.ts";
import type { State } from "../../../src/core/target.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { integerBelow, type Rng, uniform } from "../../../src/math/rng.ts";
import { type Control, drive, type Program, type Where } from "../../../src/run/drive.ts";
import type { Block, ChainOutcome, Job } from "../../../src/run/job.ts";

/** A chain whose every draw depends on the whole state and stream before it, with state changed in place. */
export function toyKernel(fail: (iteration: number) => Info | undefined = () => undefined): Kernel {
  let iteration = 0;
  return {
    name: "toy",
    moves: ["toy"],
    init: (rng) => ({
      theta: matrix(2, 2, Float64Array.from([uniform(rng), -0, 1e-310, 4])),
      gamma: matrix(2, 1, Float64Array.from([uniform(rng), Math.PI])),
      z: Int32Array.from([0, 1, 1]),
    }),
    step(rng: Rng, state: State) {
      iteration++;
      const { theta, gamma, z } = state;
      z[integerBelow(rng, z.length)] = integerBelow(rng, 2);
      for (let j = 0; j < theta.data.length; j++) {
        theta.data[j] = 0.9 * theta.data[j]! + uniform(rng) + z[j % z.length]!;
      }
      gamma.data[0] = gamma.data[0]! * 0.5 + theta.data[3]!;
      const accepted = uniform(rng) < 0.3 ? 1 : 0;
      const bad = fail(iteration);
      return {
        state,
        info: {
          log_likelihood: -theta.data[0]!,
          "toy.proposed": 1,
          "toy.accepted": accepted,
          ...bad,
        },
      };
    },
  };
}

export const toyVariables = ["log_likelihood", "log_posterior", "a", "b", "z"];

export function toyProgram(kernel = toyKernel()): Program {
  return {
    kernel,
    recorder: {
      variables: toyVariables,
      record({ theta, gamma, z }, info, row) {
        row.set([info["log_likelihood"]!, -gamma.data[0]!, theta.data[1]!, gamma.data[0]!, z[0]!]);
      },
    },
  };
}

export const toySettings: SamplingSettings = {
  sampler: "toy",
  samplerOptions: {},
  chains: 2,
  warmup: 7,
  draws: 20,
  thin: 3,
  seed: 5,
};

/** Runs to the end, stopping before iteration `stopAt` (counted in this session) if given; a block every so many iterations. */
export function collect(
  job: Where,
  { stopAt = Number.POSITIVE_INFINITY, every = 1000, program = toyProgram() } = {},
): { blocks: Block[]; outcome: ChainOutcome } {
  let ticks = 0;
  let asked = 0;
  const control: Control = {
    now: () => ticks++,
    shouldStop: () => asked++ >= stopAt,
    blockSeconds: every,
  };
  const blocks: Block[] = [];
  const generator = drive(() => program, job, control);
  for (;;) {
    const next = generator.next();
    if (next.done === true) return { blocks, outcome: next.value };
    blocks.push(next.value);
  }
}

/** The draws of blocks one after another. */
export function drawsOf(blocks: readonly Block[]): number[] {
  return blocks.flatMap(({ values }) => [...values]);
}

/** A runner of toy chains for the serial executor. */
export function toyRunner(kernelOf: (job: Job) => Kernel = () => toyKernel()) {
  return (job: Job, control: Control): Generator<Block, ChainOutcome> =>
    drive(() => toyProgram(kernelOf(job)), job, control);
}

export const toyTable: Table = {
  rows: 3,
  columns: new Map([["y", { kind: "numeric", values: Float64Array.from([1, -0, 1 / 3]) }]]),
};
