/** Where a registry logs to: `console`, pino, winston, anything with these four methods. */
export interface Logger {
  /** What only a developer wants to see: reloads that found nothing new. */
  debug(message: string, ...details: unknown[]): void;
  /** Applied changes. */
  info(message: string, ...details: unknown[]): void;
  /** Refused changes, and trouble with watching. */
  warn(message: string, ...details: unknown[]): void;
  /** Callbacks that fail. */
  error(message: string, ...details: unknown[]): void;
}

/** The logger to use: warnings and errors to the console unless something else is asked for. */
export function toLogger(logger: Logger | false | undefined): Logger {
  if (logger === false) return silentLogger;
  if (logger === undefined) return consoleLogger;
  for (const level of ["debug", "info", "warn", "error"] as const) {
    if (typeof logger?.[level] === "function") continue;
    throw new TypeError(`Expected logger to be false, or to have a method "${level}"`);
  }
  return safely(logger);
}

const ignore = (): void => {};
const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const consoleLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: (...line) => console.warn(...line),
  error: (...line) => console.error(...line),
};

/** A logger that throws must not end what it reports on. */
function safely(logger: Logger): Logger {
  const wrap = (level: keyof Logger) => (message: string, ...details: unknown[]): void => {
    try {
      logger[level](message, ...details);
    } catch {
      // There is nowhere left to report to.
    }
  };
  return { debug: wrap("debug"), info: wrap("info"), warn: wrap("warn"), error: wrap("error") };
}
