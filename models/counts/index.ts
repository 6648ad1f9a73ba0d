import type { CountDeclaration, CountPrior } from "../../src/core/distribution.ts";
import { byKind, declare, type Schema } from "../declare.ts";
import { betaNegativeBinomialCount } from "./beta-negative-binomial.ts";
import { geometricCount } from "./geometric.ts";
import type { CountKind } from "./kind.ts";
import { poissonCount } from "./poisson.ts";
import { uniformCount } from "./uniform.ts";
import { weightsCount } from "./weights.ts";

/** Every kind of prior on the number of components: adding one is a file and a line here. */
export const countKinds: readonly CountKind[] = [
  poissonCount,
  geometricCount,
  betaNegativeBinomialCount,
  uniformCount,
  weightsCount,
];

const byName = new Map(countKinds.map((entry) => [entry.kind, entry]));

/** A prior on the number of components, `max` filled in. */
export const countSchema: Schema<CountDeclaration> = byKind(
  new Map(countKinds.map(({ kind, schema }) => [kind, schema])),
);

function kindOfCount(declaration: CountDeclaration): CountKind {
  const { kind } = declare(countSchema, declaration, "prior on the number of components");
  return byName.get(kind)!;
}

/** What a declared prior can do. Throws a ModelError that names the parameter that is wrong. */
export function compileCount(declaration: CountDeclaration): CountPrior {
  return kindOfCount(declaration).compile(declaration);
}

/** A declared prior in words: "K − 1 ~ Poisson(1), K ≤ 6". */
export function describeCount(declaration: CountDeclaration, short: (x: number) => string): string {
  return kindOfCount(declaration).words(declaration, short);
}
