import { MoebiusError } from "../../src/core/errors.ts";

/** What one of our own errors (of that kind) says that `run` throws; "no error" where it throws none. */
export function messageOf(
  run: () => unknown,
  kind: abstract new (...parameters: never[]) => MoebiusError = MoebiusError,
): string {
  try {
    run();
  } catch (error) {
    if (error instanceof kind) return error.message;
    throw error;
  }
  return "no error";
}
