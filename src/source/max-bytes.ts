/** The largest document that is read unless an option says otherwise, in bytes: 64 MiB. */
export const MAX_BYTES: number = 64 * 1024 * 1024;
