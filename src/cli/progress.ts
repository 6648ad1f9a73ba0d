import type { Progress } from "../index.ts";
import type { Api, Context, OutputOptions } from "./context.ts";

/** Said once when the user interrupts. */
export const STOPPING = "stopping; what was drawn is kept. Press Ctrl-C again to quit at once.";

/** Bars on a terminal, lines elsewhere, nothing with --quiet. */
export async function progressOf(
  api: Api,
  { io }: Context,
  { quiet }: OutputOptions,
): Promise<Progress> {
  if (quiet === true) return api.silent();
  if (io.stderr.isTTY === true) return await api.terminalProgress(io.stderr);
  return api.logProgress((line) => void io.stderr.write(`${line}\n`));
}
