/** What stands on a command line of the flags. */
export interface FlagValues {
  readonly once?: boolean | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly token?: string | undefined;
  readonly write?: boolean | undefined;
  readonly redact?: string[] | undefined;
  readonly base?: string | undefined;
  readonly to?: string | undefined;
  readonly replicas?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly format?: string | undefined;
  readonly frames?: boolean | undefined;
  readonly category?: string | undefined;
  readonly environment?: string | undefined;
  readonly owner?: string | undefined;
  readonly status?: string | undefined;
  readonly tag?: string[] | undefined;
  readonly json?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly "no-frames"?: boolean | undefined;
  readonly schema?: string | undefined;
  readonly at?: string[] | undefined;
  readonly id?: string[] | undefined;
  readonly body?: string | undefined;
  readonly documents?: string[] | undefined;
  readonly duplicates?: string | undefined;
  readonly "on-invalid"?: string | undefined;
  readonly "max-removed"?: string | undefined;
  readonly cache?: string | undefined;
  readonly "max-bytes"?: string | undefined;
  readonly header?: string[] | undefined;
  readonly "debounce-ms"?: string | undefined;
  readonly "max-wait-ms"?: string | undefined;
  readonly poll?: boolean | undefined;
  readonly "poll-ms"?: string | undefined;
  readonly help?: boolean | undefined;
  readonly version?: boolean | undefined;
}

/** The name of a flag, without its dashes. */
export type FlagName = keyof FlagValues;
