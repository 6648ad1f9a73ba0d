import * as v from "valibot";
import type {
  Distribution,
  DistributionDeclaration,
  Support,
} from "../../src/core/distribution.ts";
import { declare, keyed, must, type Schema } from "../declare.ts";

/** A distribution of one kind as plain data: its parameters by name. */
export type Declared<K extends string, P extends string> = { readonly kind: K } & Readonly<
  Record<P, number>
>;

/** What a distribution with known parameters can do. */
export type Density = Pick<Distribution, "logDensity" | "sample" | "cdf">;

/** One kind of univariate distribution: the entry of the registry. */
export interface DistributionFamily {
  readonly kind: string;
  /** In the order in which they are given and printed. */
  readonly parameters: readonly string[];
  readonly schema: Schema<DistributionDeclaration>;
  /** The supports on which this kind can be a prior. */
  readonly supports: readonly Support[];
  /** The name of the kind as a prior on `support`, with the condition on its parameters if any. */
  nameOn(support: Support): string;
  /** Whether this very declaration can be a prior on `support`. */
  fits(declaration: DistributionDeclaration, support: Support): boolean;
  compile(declaration: unknown): Distribution;
}

interface Recipe<K extends string, P extends string> {
  readonly kind: K;
  readonly parameters: Readonly<Record<P, Schema<number>>>;
  /** What the parameters must satisfy together. */
  readonly jointly?: { readonly be: string; holds(p: Declared<K, P>): boolean };
  readonly supports: readonly Support[];
  /** What the parameters must satisfy for one of the supports. */
  readonly onlyIf?: {
    readonly on: Support;
    readonly be: string;
    holds(p: Declared<K, P>): boolean;
  };
  density(p: Declared<K, P>): Density;
}

/** A kind of distribution, and the builder of its declarations, from its recipe. */
export function family<const K extends string, const P extends string>(recipe: Recipe<K, P>) {
  const { kind, jointly, supports, onlyIf } = recipe;
  const entries = keyed({ kind: v.literal(kind), ...recipe.parameters });
  // The entries are K and P by construction; the type of a computed object does not say so.
  const plain = entries as unknown as Schema<Declared<K, P>>;
  const schema: Schema<Declared<K, P>> =
    jointly === undefined ? plain : v.pipe(plain, v.check(jointly.holds, must(jointly.be)));
  const validated = (input: unknown) => declare(schema, input, `${kind} distribution`, kind);
  const fits = (declaration: Declared<K, P>, support: Support) =>
    supports.includes(support) && (onlyIf?.on !== support || onlyIf.holds(declaration));
  return {
    kind,
    parameters: Object.keys(recipe.parameters),
    schema,
    supports,
    nameOn: (support: Support) => (onlyIf?.on === support ? `${kind} (${onlyIf.be})` : kind),
    fits: (declaration: DistributionDeclaration, support: Support) =>
      fits(validated(declaration), support),
    declare: (parameters: Readonly<Record<P, number>>) => validated({ kind, ...parameters }),
    compile(input: unknown): Distribution {
      const declaration = validated(input);
      const support = supports.find((one) => fits(declaration, one)) ?? supports[0]!;
      return { declaration, support, ...recipe.density(declaration) };
    },
  };
}
