import { Option } from "commander";
import { wholeNumber } from "./option-values.ts";

/** --seed of a command. */
export const seedOption = (): Option =>
  new Option("--seed <n>", "the same seed gives the same numbers (default: 1)").argParser(
    wholeNumber("--seed", 0),
  );

/** --workers of a command. */
export const workersOption = (): Option =>
  new Option("--workers <n>", "threads at most (default: one a core)").argParser(
    wholeNumber("--workers", 1),
  );

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** An object without the entries that are undefined: of options only those that were given. */
export function defined<T extends object>(options: T): Partial<Defined<T>> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Defined<T>>;
}
