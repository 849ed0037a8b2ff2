/** One server-sent event. Its id stands in its data, too. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** The longest line that is waited for, in UTF-16 code units: a registry is smaller. */
const MAX_LINE = 256 * 1024 * 1024;

/** Takes a `text/event-stream` apart, as it arrives. */
export class EventParser {
  #line: string[] = [];
  #length = 0;
  #data: string[] = [];
  #name = "";

  /**
   * Takes what has arrived.
   *
   * @returns the events that it completes
   * @throws {RangeError} if a line does not end
   */
  feed(chunk: string): readonly ServerEvent[] {
    this.#line.push(chunk);
    this.#length += chunk.length;
    if (this.#length > MAX_LINE) throw new RangeError("Expected an event, got a line without end");
    if (!/[\r\n]/.test(chunk)) return [];
    // A CR at the end may be the first half of a CRLF.
    const lines = this.#line.join("").split(/\r\n|\n|\r(?!$)/);
    const rest = lines.pop() ?? "";
    this.#line = [rest];
    this.#length = rest.length;
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line: string): readonly ServerEvent[] {
    if (line === "") {
      const event = { name: this.#name, data: this.#data.join("\n") };
      const isEmpty = this.#data.length === 0;
      this.#data = [];
      this.#name = "";
      return isEmpty ? [] : [event];
    }
    const [, field, value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#name = value;
    return [];
  }
}
