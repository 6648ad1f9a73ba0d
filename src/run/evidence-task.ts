import { compile } from "../../models/compile.ts";
import { temperedEvidence } from "../../samplers/tempered-smc.ts";
import type { Table } from "../core/data.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { Target } from "../core/target.ts";
import { createRng } from "../math/rng.ts";

/** One replicate of the evidence of K components: plain data, and all that its number depends on but model and table. */
export interface EvidenceTask {
  readonly seed: number;
  readonly components: number;
  readonly level: number;
  readonly replicate: number;
  readonly particles: number;
  readonly sweeps?: number;
}

export interface EvidenceSetup {
  readonly model: ModelDeclaration;
  readonly table: Table;
}

/** Streams of evidences begin with (seed, 0, this); chains have (seed, chain), chain ≥ 1. */
const STREAM = 0x5e1;

/** A function that does one task after another; the target of the K before is kept. */
export function evidenceTasks({ model, table }: EvidenceSetup) {
  let kept: { readonly components: number; readonly target: Target } | undefined;
  return ({ seed, components, level, replicate, ...effort }: EvidenceTask): number => {
    if (kept?.components !== components) {
      kept = { components, target: compile({ ...model, components }, table).target };
    }
    const rng = createRng(seed, 0, STREAM, components, level, replicate);
    return temperedEvidence(rng, kept.target, effort).logEvidence;
  };
}
