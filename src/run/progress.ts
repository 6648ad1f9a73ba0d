import type { SamplingSettings } from "../core/run.ts";

/** How far one chain is. */
export interface ChainProgress {
  /** 1-based. */
  readonly chain: number;
  readonly phase: "waiting" | "warmup" | "sampling" | "complete" | "partial" | "failed";
  /** Iterations done of `iterations`, warm-up included. */
  readonly iteration: number;
  readonly iterations: number;
  /** Draws kept so far. */
  readonly draws: number;
  /** Iterations a second in this session; NaN before the first block. */
  readonly rate: number;
  /** Expected seconds to the end; NaN when unknown. */
  readonly secondsLeft: number;
  /** Of the latest iteration; NaN when unknown. */
  readonly logLikelihood: number;
}

/** Where progress is shown; it is told, it never asks. */
export interface Progress {
  start(settings: SamplingSettings): void;
  update(chains: readonly ChainProgress[]): void;
  stop(): void;
}

/** Shows nothing. */
export function silent(): Progress {
  return { start() {}, update() {}, stop() {} };
}

/** Rate, time left and log-likelihood of a chain, as far as they are known; at most some 40 characters. */
export function inWords({ rate, secondsLeft, logLikelihood }: ChainProgress): string {
  const parts: string[] = [];
  if (Number.isFinite(rate)) parts.push(`${rate < 100 ? rate.toPrecision(2) : rate.toFixed(0)}/s`);
  if (Number.isFinite(secondsLeft) && secondsLeft > 0) parts.push(`${duration(secondsLeft)} left`);
  if (Number.isFinite(logLikelihood)) parts.push(`logLik ${logLikelihood.toFixed(1)}`);
  return parts.join(", ");
}

/** Seconds as "42s", "3m 5s" or "2h 10m". */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
}
