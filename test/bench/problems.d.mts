export interface Problem {
  readonly name: string;
  readonly experts: number;
  readonly rows: number;
  readonly covariates: number;
  readonly points: readonly number[];
  readonly csv: string;
}

export declare const problemNames: readonly string[];

export declare function makeProblem(name: string): Problem;
