/** What the exit code of `moebius` means. */

/** Done, and no problem was found. */
export const OK = 0;
/** Done, but problems were found, or every chain failed. */
export const PROBLEMS = 1;
/** The command line, a file or its content cannot be used; nothing was done. */
export const BAD_INPUT = 2;
/** A bug of moebius. */
export const BUG = 70;
