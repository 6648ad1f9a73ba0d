import type { Problem } from "../problems.d.mts";

export interface PeerResult {
  readonly tool: string;
  readonly version: string;
  readonly problem: string;
  readonly seconds_cpu: number;
  readonly iterations: number;
  readonly warmup: number;
  readonly draws: number;
  readonly chains: number;
  readonly msPerIteration: number;
  readonly essMin: number;
  readonly essMedian: number;
  readonly essPerSecondMin: number;
  readonly essPerSecondMedian: number;
  readonly rhatMax: number;
  readonly load: number;
  readonly functionals: Readonly<
    Record<string, { mean: number; sd: number; mcse: number; ess: number; rhat: number }>
  >;
}

export interface PeerOptions {
  readonly rscript?: string;
  readonly onStart?: (peer: string, problem: string) => void;
}

export declare const CHAINS_DISAGREE: number;

export declare function runPeers(
  problems: readonly Problem[],
  options?: PeerOptions,
): Promise<{ results: PeerResult[]; skipped: string[] }>;
