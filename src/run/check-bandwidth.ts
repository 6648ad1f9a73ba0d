import type { IndexRange } from "../../models/varying/compile.ts";
import { UsageError } from "../core/errors.ts";

const shown = (u: number): string => String(Number(u.toPrecision(4)));

/**
 * Throws a UsageError unless the bandwidth is a share of the range of the index: above 0 and at most 1, with which every
 * window sees all rows.
 */
export function checkBandwidth(
  bandwidth: number,
  { name, low, high }: IndexRange,
  option = "bandwidth",
): void {
  if (bandwidth > 0 && bandwidth <= 1) return;
  const share = bandwidth / (high - low);
  const isInUnits = bandwidth > 1 && share <= 1;
  const units = isInUnits
    ? `; ${bandwidth} in units of ${name}, which runs from ${shown(low)} to ${shown(high)}, is ${Number(share.toPrecision(3))}`
    : "";
  const straight =
    bandwidth > 1 ? "; what does not change with the index can be held constant instead" : "";
  throw new UsageError(
    `\`${option}\` must be a share of the range of ${name}, above 0 and at most 1, with which every window sees all ` +
      `rows; got ${bandwidth}${units}${straight}`,
    { bandwidth, low, high },
  );
}
