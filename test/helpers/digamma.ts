import digammaOf from "@stdlib/math/base/special/digamma";

/** d log Γ(x) / dx. */
export const digamma = (x: number): number => digammaOf(x);
