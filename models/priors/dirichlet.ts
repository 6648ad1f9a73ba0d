import * as v from "valibot";
import { declare, keyed, positive } from "../declare.ts";

export const dirichletSchema = keyed({ kind: v.literal("dirichlet"), concentration: positive });

/** Symmetric Dirichlet on the weights of a constant gate: `concentration` for each component, not their sum. */
export const dirichlet = (concentration: number) =>
  declare(
    dirichletSchema,
    { kind: "dirichlet", concentration },
    "dirichlet distribution",
    "dirichlet",
  );
