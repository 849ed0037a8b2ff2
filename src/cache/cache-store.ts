/** A place for one text that outlives the process. */
export interface CacheStore {
  /** Names it in issues. */
  readonly path: string;
  /** The text as it was written last, or undefined when there is none. Rejects when it cannot be read. */
  read(): Promise<string | undefined>;
  /**
   * Replaces the text: from then on, and after a crash at any moment, it is either the old or the new
   * one. Rejects when it cannot be written.
   */
  write(text: string): Promise<void>;
}
