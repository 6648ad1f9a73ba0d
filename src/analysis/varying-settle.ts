import type { CompiledVarying } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import { StoppedError, UsageError } from "../core/errors.ts";
import type { VaryingOptions } from "../run/varying-fit.ts";
import {
  type BandwidthChoice,
  type BandwidthOptions,
  chooseBandwidth,
} from "./varying-bandwidth.ts";
import { type ComponentsChoice, chooseVaryingComponents } from "./varying-components.ts";

/** What was left open, chosen. */
export interface SettledModel {
  readonly model: VaryingModel;
  readonly bandwidth: number;
  /** How the bandwidth was chosen, where none was given and the number of components was. */
  readonly choice?: BandwidthChoice;
  /** How the number of components was chosen, where several were given. */
  readonly count?: ComponentsChoice;
}

type Open = BandwidthOptions & Pick<VaryingOptions, "bandwidth">;

/**
 * Chooses the number of components among `numbers`, where there are any, and the bandwidth unless given, by the
 * log-likelihood of rows left out. Throws as the choices do, and a StoppedError once the signal is aborted.
 */
export async function settleVarying(
  model: VaryingModel,
  table: Table,
  numbers: readonly number[],
  options: Open,
): Promise<SettledModel> {
  const { bandwidth: given, signal } = options;
  if (numbers.length > 0) {
    const candidates = given === undefined ? {} : { candidates: [given] };
    const asked = { ...options, ...candidates, components: numbers };
    const count = await unlessStopped(chooseVaryingComponents(model, table, asked), signal);
    const { components } = count;
    const { bandwidth } = count.candidates.find((one) => one.components === components)!;
    return { model: { ...model, components }, bandwidth: bandwidth!, count };
  }
  if (given !== undefined) return { model, bandwidth: given };
  const choice = await unlessStopped(chooseBandwidth(model, table, options), signal);
  return { model, bandwidth: choice.bandwidth, choice };
}

/** What work that was cut short says is not what is wrong. */
async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const stopped = (): StoppedError => new StoppedError("the fit was stopped before its end");
  const done = await work.catch((error: unknown) => {
    throw signal?.aborted === true ? stopped() : error;
  });
  if (signal?.aborted === true) throw stopped();
  return done;
}

/** Points of the index scaled to 0 … 1 as `fitVarying` takes them; a number of points as it is. */
export function gridInIndex(
  { scales: { index } }: CompiledVarying,
  grid: number | readonly number[] | undefined,
): { grid?: number | readonly number[] } {
  if (grid === undefined || typeof grid === "number") return grid === undefined ? {} : { grid };
  const bad = grid.find((u) => !(u >= 0 && u <= 1));
  if (bad !== undefined || grid.length === 0) {
    throw new UsageError(
      `\`grid\` must be points from 0 to 1, the index scaled by its range; got ${bad ?? "none"}`,
    );
  }
  const { low, high } = index;
  return { grid: grid.map((u) => Math.min(high, low + u * (high - low))) };
}
