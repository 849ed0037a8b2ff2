/** The bucket of all measurements. */
export const BUCKET = "agents";
/** The small key that the floor watches. */
export const KEY = "small";
/** The agent that is edited. */
export const EDITED = "agent_005000";

/** What a follower waits for: a small key by the client itself, the documents, or a snapshot. */
export type Following = "key" | "source" | "registry";

/** What a process of followers says: one JSON text a line. */
export type Line =
  | { readonly step: "connected" | "following" }
  | {
    readonly step: "edited";
    /** When each follower had it, in nanoseconds of a clock that all processes of a machine share. */
    readonly at: readonly string[];
    /** What all have received so far, in bytes. */
    readonly inBytes: number;
    /** The processor time of the process so far. */
    readonly cpuMs: number;
  };
