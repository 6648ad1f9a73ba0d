/** Put in by the build. */
declare const MOEBIUS_VERSION: string | undefined;

/** Of the package; "development" when running from source. */
export const version = typeof MOEBIUS_VERSION === "string" ? MOEBIUS_VERSION : "development";
