/** The command line or a file it names cannot be used; the message says what must hold, what was found, what to do. */
export class InputError extends Error {}
