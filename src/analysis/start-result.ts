import type { EmStart } from "../../samplers/em/starts.ts";
import type { EmResult } from "../../samplers/em.ts";

/** Where one start has led. */
export interface StartResult extends EmResult {
  readonly start: EmStart;
  /** An expert's sd has collapsed, or most of its rows lie exactly on a line: no maximum. */
  readonly degenerate: boolean;
}
