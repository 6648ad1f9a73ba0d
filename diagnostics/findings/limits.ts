/** Above it chains disagree; source: [vehtari2021] §5. */
export const WORST_RHAT = 1.01;

/**
 * Above it chains are in different places, and nothing that is averaged over all of them has a
 * meaning: means of half-chains differ by about half an sd (R-hat² = 1.21) or more. Source:
 * [gelman2013] §11.5, where it is the limit below which draws were thought fit for use.
 */
export const SEVERE_RHAT = 1.1;

/**
 * Below so many effective draws a chain the diagnostics themselves are noise; source: [vehtari2021]
 * §4.
 */
export const FEWEST_EFFECTIVE = 100;
