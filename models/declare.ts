import * as v from "valibot";
import { ModelError } from "../src/core/errors.ts";
import { suggestion } from "../src/data/closest.ts";

/** What a piece of a declaration must look like; it may come from code or from JSON. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/**
 * The input as the schema has it, defaults filled in and deeply frozen. Throws a ModelError that names
 * the first offending entry by its path; `part` follows the path where `what` is part of a declaration.
 */
export function declare<T>(schema: Schema<T>, input: unknown, what: string, part?: string): T {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return deepFreeze(result.output);
  const [issue] = result.issues;
  const path = pathOf(issue);
  const inside = part === undefined ? "" : ` of ${part}`;
  const where = path === "" ? `the ${what}` : `\`${path}\`${inside}`;
  throw new ModelError(`${where} ${issue.message}`, { path, value: issue.input });
}

/** Where in the input, as JavaScript would say it: `experts.prior.scale[0]`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  const keys = (issue.path ?? []).map(({ key }) =>
    typeof key === "number" ? `[${key}]` : `.${String(key)}`,
  );
  return keys.join("").replace(/^\./, "");
}

/** The words of a failed check: what must hold, then what was found. */
export const must = (be: string) => (issue: { readonly input: unknown }) =>
  `must be ${be}; got ${show(issue.input)}.`;

/** A number for which `holds`; `be` says so in words. */
export function number(be: string, holds: (x: number) => boolean): Schema<number> {
  return v.custom<number>((x) => typeof x === "number" && holds(x), must(be));
}

export const finite = number("a finite number", Number.isFinite);

export const positive = number("a number > 0", (x) => x > 0 && Number.isFinite(x));

/** One word of a short list. */
export function oneOf<const W extends string>(...words: readonly W[]): Schema<W> {
  return v.picklist(words, must(words.map((word) => JSON.stringify(word)).join(" or ")));
}

/** One value for all, or a list with one for each coefficient. */
export function oneOrMany<T>(each: Schema<T>): Schema<T | T[]> {
  const many = v.pipe(v.array(each), v.nonEmpty(must("a list with at least one entry")));
  return v.lazy((input): Schema<T | T[]> => (Array.isArray(input) ? many : each));
}

/** An object with these keys and no others. */
export function keyed<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries);
  const keys = known.join(", ");
  const strayIn = (object: object) => Object.keys(object).find((key) => !known.includes(key));
  return v.pipe(
    v.custom<object>(isRecord, must(`an object with ${keys}`)),
    v.check(
      (object) => strayIn(object) === undefined,
      ({ input }) => {
        const stray = strayIn(input) ?? "";
        const hint = suggestion(stray, known) || ".";
        return `must have no other keys than ${keys}; got ${JSON.stringify(stray)}${hint}`;
      },
    ),
    v.object(entries, `must be given; allowed keys: ${keys}.`),
  );
}

const isRecord = (input: unknown): boolean =>
  typeof input === "object" && input !== null && !Array.isArray(input);

/** An object whose `kind` says which of the schemas it must follow. */
export function byKind<T>(options: ReadonlyMap<string, Schema<T>>): Schema<T> {
  const kinds = [...options.keys()];
  const unknown = v.custom<T>(
    () => false,
    ({ input }) => {
      const kind = kindOf(input);
      const found = kind === undefined ? show(input) : `"${kind}"`;
      const hint = (kind !== undefined && suggestion(kind, kinds)) || ".";
      return `must have a \`kind\` among ${kinds.join(", ")}; got ${found}${hint}`;
    },
  );
  return v.lazy((input): Schema<T> => options.get(kindOf(input) ?? "") ?? unknown);
}

/** The `kind` of a declaration that may not be one. */
export function kindOf(input: unknown): string | undefined {
  if (typeof input !== "object" || input === null || !("kind" in input)) return undefined;
  return String(input.kind);
}

const LONGEST_SHOWN = 80;

/** A value as a message shows it: numbers at full precision, long things cut. */
function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "function") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const entry of Object.values(value)) deepFreeze(entry);
    Object.freeze(value);
  }
  return value;
}
