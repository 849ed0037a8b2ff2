import { openRegistry, type ReloadEvent } from "../../mod.ts";
import type { PublishEvent, RegistryPublication } from "../nats/mod.ts";
import { printable } from "../text/printable.ts";
import { aborted } from "./aborted.ts";
import { connectNats } from "./input/nats-connection.ts";
import { nameOf } from "./input/open-input.ts";
import type { PublishCommand } from "./parse-command.ts";
import { countOf, eventReport, issueReport } from "./report.ts";
import type { CliContext } from "./run-cli.ts";
import { type Style, styleFor } from "./style.ts";

/** Publishes a registry to a bucket, and every change of it until it is interrupted. */
export async function publishCommand(
  { paths, to, replicas, once, json, options }: PublishCommand,
  context: CliContext,
): Promise<number> {
  const { out, signals } = context;
  const style = styleFor(context, out);
  const print = (text: string): void => void out.write(`${text}\n`);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  const { connection, publishRegistry } = await connectNats(to);
  signals.on("SIGINT", interrupt);
  signals.on("SIGTERM", interrupt);
  try {
    const settings = { ...options, required: false, watch: !once, logger: false } as const;
    await using registry = await openRegistry([...paths], settings);
    const { lastReload, issues, revision } = registry.status;
    const where = printable(nameOf(paths));
    if (json) print(JSON.stringify(lastReload));
    else if (issues.length > 0) print(issueReport(issues, style).trimEnd());
    if (revision === 0 && once) {
      if (!json) print(`${where} is not published`);
      return 1;
    }
    if (!json && !once) print(style.dim(`publishing ${where} to ${to.shown}, Ctrl-C ends`));

    let before = registry.snapshot;
    let { inSync } = registry.status;
    let refuse = (): void => {};
    registry.reload$.subscribe((event) => {
      if (json) print(JSON.stringify(event));
      else if (event.type !== "unchanged" || !inSync) {
        print(eventReport(event, before, registry.snapshot, inSync, style));
        if (event.type === "rejected") print(`${where} is not published`);
      }
      if (event.type === "rejected") refuse();
      before = registry.snapshot;
      inSync = registry.status.inSync;
    });
    const refused = new Promise<void>((resolve) => refuse = resolve);
    await using publication = publishRegistry(registry, connection, {
      bucket: to.bucket,
      replicas,
    });
    let failure: string | undefined;
    publication.publish$.subscribe((event) => {
      if (json) print(JSON.stringify(event));
      // While a server is away, every attempt fails alike.
      else if (event.type === "published" || event.error !== failure) {
        print(publishText(event, to.shown, once, style));
      }
      failure = event.type === "failed" ? event.error : undefined;
    });
    if (once) {
      const event = await Promise.race([first(publication), refused, aborted(interrupted.signal)]);
      return event?.type === "published" && isGood(lastReload) ? 0 : 1;
    }
    await aborted(interrupted.signal);
    if (!json) print(style.dim("\nstopped"));
    return 0;
  } finally {
    await connection.close();
    signals.off("SIGINT", interrupt);
    signals.off("SIGTERM", interrupt);
  }
}

function first({ publish$ }: RegistryPublication): Promise<PublishEvent | undefined> {
  return new Promise((resolve) => {
    publish$.subscribe({ next: resolve, complete: () => resolve(undefined) });
  });
}

function isGood(event: ReloadEvent | undefined): boolean {
  return event?.success === true;
}

function publishText(event: PublishEvent, where: string, once: boolean, style: Style): string {
  if (event.type === "failed") {
    const next = once ? "" : ": trying again";
    return style.red(`not published to ${where}: ${printable(event.error)}${next}`);
  }
  const { revision, seq, chunks, bytes } = event;
  const sent = `${countOf(chunks, "chunk")}, ${countOf(bytes, "byte")} sent`;
  return style.green(`published revision ${revision} to ${where}`) + ` as ${seq} (${sent})`;
}
