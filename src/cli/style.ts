import type { CliContext, Output } from "./run-cli.ts";

type Paint = (text: string) => string;

/** Colours, or none. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** Colours on a terminal; none elsewhere, or when NO_COLOR is set (https://no-color.org). */
export function styleFor({ env }: CliContext, to: Output): Style {
  const coloured = to.isTTY === true && !env["NO_COLOR"];
  const paint = (open: number, close: number): Paint => (text) =>
    coloured ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
  };
}
