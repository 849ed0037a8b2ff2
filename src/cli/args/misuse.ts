/** A call that is wrong: one line for a person says what was expected. */
export class Misuse extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Misuse";
  }
}
