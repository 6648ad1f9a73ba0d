/** Named values at full precision: enough to understand, and for samplers to replay, what went wrong. */
export type Details = Readonly<Record<string, unknown>>;

/** An error whose message says what must hold, what was found, and what to do. */
export abstract class MoebiusError extends Error {
  readonly details: Details;

  constructor(message: string, details: Details = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.details = details;
  }
}

/** The table, its columns or its values cannot be used as asked. */
export class DataError extends MoebiusError {}

/** The declaration of a model or prior is not valid. */
export class ModelError extends MoebiusError {}

/** A kernel cannot run, or met a number that it must not absorb (details: seed, chain, iteration). */
export class SamplerError extends MoebiusError {}

/** Work was stopped from outside before its end. */
export class StoppedError extends MoebiusError {}

/** An option, argument or file given by the user is not valid. */
export class UsageError extends MoebiusError {}
