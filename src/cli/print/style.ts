import type { FlagValues } from "../args/flag-values.ts";
import type { CliContext, Output } from "../cli-context.ts";

type Paint = (text: string) => string;

/** How to print for whoever reads it. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  /** How many cells a line has. */
  readonly width: number;
  /** Whether to print the same problem once, and few of them. */
  readonly brief: boolean;
  /** Whether to show lines of the file. */
  readonly frames: boolean;
}

/** The width of a terminal that does not tell it, in cells. */
const WIDTH = 80;

/**
 * A terminal gets lines that fit it, and colors, unless NO_COLOR is set (https://no-color.org). A program
 * gets one line for one thing, however long.
 */
export function styleFor({ env }: CliContext, to: Output, flags: FlagValues): Style {
  const terminal = to.isTTY === true;
  const colored = terminal && !env["NO_COLOR"];
  const paint = (open: number, close: number): Paint => (text) =>
    colored ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    width: terminal ? to.columns || WIDTH : Infinity,
    brief: terminal && flags.all !== true,
    frames: flags["no-frames"] !== true,
  };
}
