/** The page with the help of the program that is in dist. */
export declare function withHelp(page: string): string;
