/**
 * After how many ids or entries a generator pauses that only looks at each of them: pauses after fewer take
 * longer than the work between them.
 */
export const PAUSE_AFTER = 64;
