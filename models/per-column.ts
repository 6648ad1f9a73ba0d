import { ModelError } from "../src/core/errors.ts";

/** One value a column: a single value is repeated. Throws a ModelError when a list has another length than p. */
export function perColumn<T extends number | object>(
  name: string,
  value: T | readonly T[],
  p: number,
): T[] {
  const list = Array.isArray(value)
    ? (value as readonly T[])
    : Array.from({ length: p }, () => value as T);
  if (list.length !== p) {
    throw new ModelError(
      `\`${name}\` must be one value or one a column of the design (${p}); got ${list.length}`,
      { name, length: list.length, columns: p },
    );
  }
  return [...list];
}
