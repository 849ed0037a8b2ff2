/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The text of a registry that is edited at random. */
export class RandomRegistry {
  readonly #random: () => number;
  readonly #lines: string[] = [];
  #count = 0;

  constructor(random: () => number, size: number) {
    this.#random = random;
    for (let at = 0; at < size; at++) this.#lines.push(this.#agent());
  }

  get text(): string {
    return `version: "1"\nagents:\n${this.#lines.map((line) => `  ${line}\n`).join("")}`;
  }

  /** Changes something, and gives the text of it; now and then it is broken. */
  edit(): string {
    const at = this.#upTo(this.#lines.length);
    switch (this.#upTo(8)) {
      case 0:
        this.#lines.splice(at, 1);
        break;
      case 1:
        this.#lines.splice(at, 0, this.#agent());
        break;
      case 2:
        this.#lines.splice(at, 0, `# ${"more ".repeat(this.#upTo(20))}`);
        break;
      case 3:
        this.#lines.splice(0, 0, ...this.#lines.splice(at, 3));
        break;
      case 4:
        return `${this.text}  "broken: [\n`;
      case 5:
        return `${this.text}  "no agent": 1\n`;
      case 6:
        return this.text.replace('"1"', `"${this.#upTo(100)}"`);
      default:
        this.#lines[at] = this.#lines[at]?.replace(/name: \w+/, `name: N${this.#count++}`) ?? "";
    }
    return this.text;
  }

  #agent(): string {
    const id = this.#count++;
    return `"a${id}/<${id}>": { name: N${id}, tags: [t${id % 3}], text: ${
      "x".repeat(this.#upTo(200))
    }y }`;
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
