import { ModelError } from "./errors.ts";

/** The entry called `name`; throws a ModelError that lists what is registered. */
export function lookUp<T>(registry: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(registry, name)) return registry[name]!;
  const known = Object.keys(registry).join(", ");
  throw new ModelError(`${what} must be one of ${known}; got "${name}"`, { name });
}
