/** Why a server cannot be followed now, in half a sentence. */
export class RefusedError extends Error {
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(reason: string, retryAfterMs = 0) {
    super(reason);
    this.name = "RefusedError";
    this.retryAfterMs = retryAfterMs;
  }
}
