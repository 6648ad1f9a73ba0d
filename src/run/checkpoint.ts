import * as v from "valibot";
import type { MoveNote } from "../core/kernel.ts";
import type { DeviationState } from "../core/target.ts";
import { type Matrix, matrix } from "../math/matrix.ts";
import { littleEndian, toDoubles, toIntegers } from "./bytes.ts";
import type { Checkpoint } from "./job.ts";

const CHECKPOINT_FORMAT = 1;

const whole = v.pipe(v.number(), v.integer());
const count = v.pipe(whole, v.minValue(0));

/** Bytes in base64 of a typed array whose entries are `width` bytes wide. */
const entries = (width: number) =>
  v.pipe(
    v.string(),
    v.base64(),
    v.transform((text) => Uint8Array.from(Buffer.from(text, "base64")).buffer),
    v.check((buffer) => buffer.byteLength % width === 0),
  );

const savedMatrix = v.pipe(
  v.object({ rows: count, columns: count, data: v.pipe(entries(8), v.transform(toDoubles)) }),
  v.check(({ rows, columns, data }) => data.length === rows * columns),
  v.transform(({ rows, columns, data }) => matrix(rows, columns, data)),
);

/** What a kernel has settled on for one of its moves, as JSON. */
export const savedMoveNote = v.object({
  move: v.string(),
  used: v.boolean(),
  expected: v.exactOptional(v.number()),
  words: v.string(),
}) satisfies v.GenericSchema<MoveNote>;

const savedCheckpoint = v.object({
  format: v.literal(CHECKPOINT_FORMAT),
  iteration: count,
  draws: count,
  rng: v.pipe(
    v.array(whole),
    v.length(4),
    v.transform((words) => Int32Array.from(words)),
  ),
  state: v.object({
    theta: savedMatrix,
    gamma: savedMatrix,
    z: v.pipe(entries(4), v.transform(toIntegers)),
    deviation: v.exactOptional(
      v.object({
        lambda: v.pipe(entries(8), v.transform(toDoubles)),
        fromKnown: v.pipe(
          entries(1),
          v.transform((buffer) => new Uint8Array(buffer)),
        ),
      }),
    ),
  }),
  acceptance: v.record(v.string(), v.object({ proposed: v.number(), accepted: v.number() })),
  firstVisits: v.optional(v.record(v.string(), v.number()), {}),
  learned: v.exactOptional(v.pipe(entries(8), v.transform(toDoubles))),
  moves: v.exactOptional(v.array(savedMoveNote)),
  seconds: v.number(),
});

/** A checkpoint as JSON, every bit of its numbers kept: arrays are little-endian bytes in base64. */
export function formatCheckpoint({ rng, state, learned, moves, ...counts }: Checkpoint): string {
  const content: v.InferInput<typeof savedCheckpoint> = {
    format: CHECKPOINT_FORMAT,
    ...counts,
    ...(moves === undefined ? {} : { moves: [...moves] }),
    ...(learned === undefined ? {} : { learned: toBase64(learned) }),
    rng: Array.from(rng),
    state: {
      theta: saveMatrix(state.theta),
      gamma: saveMatrix(state.gamma),
      z: toBase64(state.z),
      ...(state.deviation === undefined ? {} : { deviation: saveDeviation(state.deviation) }),
    },
  };
  return `${JSON.stringify(content)}\n`;
}

/** The checkpoint that was written, or undefined when the text is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), savedCheckpoint), text);
  if (!result.success) return undefined;
  const { format: _, ...checkpoint } = result.output;
  return checkpoint;
}

function saveDeviation({ lambda, fromKnown }: DeviationState) {
  return { lambda: toBase64(lambda), fromKnown: Buffer.from(fromKnown).toString("base64") };
}

function saveMatrix({ rows, columns, data }: Matrix) {
  return { rows, columns, data: toBase64(data) };
}

function toBase64(array: Float64Array | Int32Array): string {
  return littleEndian(array).toString("base64");
}
