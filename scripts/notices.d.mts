/** Files of other people's packages that reach dist, in order. */
export declare function bundledFiles(): Promise<string[]>;
/** The text of THIRD-PARTY-NOTICES.md. */
export declare function notices(): Promise<string>;
