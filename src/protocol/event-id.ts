/** Where a follower is: which run of a server, and which revision of it. */
export interface EventId {
  readonly instance: string;
  readonly revision: number;
}

/** Reads `<instance>:<revision>`; anything else is `undefined`, wherever it comes from. */
export function parseEventId(text: string | null | undefined): EventId | undefined {
  const [, instance, revision] = /^([\w-]{1,64}):(\d{1,15})$/.exec(text ?? "") ?? [];
  return instance === undefined ? undefined : { instance, revision: Number(revision) };
}
