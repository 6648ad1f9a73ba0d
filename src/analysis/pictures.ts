import type { ReportInput } from "../report/input.ts";
import type { PredictiveAccuracy } from "./evidence.ts";
import type { Fitted } from "./fitted.ts";
import type { Labelling } from "./labels.ts";

/** Curves, points and predictive checks. */
export function fitPictures(
  _fitted: Fitted,
  _labelling: Labelling,
  _accuracy: PredictiveAccuracy | undefined,
): Pick<ReportInput, "curves" | "points" | "checks"> {
  return {};
}
