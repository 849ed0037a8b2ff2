import type { PublishEvent, RegistryPublication } from "../../nats/mod.ts";
import { printable, printableJson } from "../../text/printable.ts";
import type { FlagValues } from "../args/flag-values.ts";
import { Misuse } from "../args/misuse.ts";
import { isNatsUrl, parseNatsUrl } from "../args/nats-url.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import { interruption } from "../input/interruption.ts";
import { connectNats } from "../input/nats-connection.ts";
import { open } from "../input/open.ts";
import { countOf } from "../print/count-of.ts";
import { eventJson } from "../print/event-json.ts";
import { issueReport } from "../print/issue-report.ts";
import { type Style, styleFor } from "../print/style.ts";
import { tellReloads } from "../print/tell-reloads.ts";

/** Publishes a registry to a bucket, and every change of it until it is interrupted. */
export async function publishCommand(line: CommandLine, context: CliContext): Promise<number> {
  const { flags, words } = line;
  const [once, json] = [flags.once === true, flags.json === true];
  if (words.some(isNatsUrl)) {
    throw new Misuse("Expected paths to publish, and the NATS URL as --to");
  }
  const to = parseNatsUrl(flags.to ?? "");
  const replicas = replicasOf(flags);
  const { out } = context;
  const style = styleFor(context, out, flags);
  const print = (text: string): void => void out.write(`${text}\n`);

  await using nats = await connectNats(to);
  using interrupted = interruption(context);
  await using opened = await open(line, words, context, !once);
  const { registry } = opened;
  const { issues, revision } = registry.status;
  const first = registry.status.lastReload!;
  const where = printable(opened.name);
  if (json) print(eventJson(first, registry.snapshot, style));
  else if (issues.length > 0) print(issueReport(issues, style));
  if (revision === 0 && once) {
    if (!json) print(`${where} is not published`);
    return 1;
  }
  if (!json && !once) print(style.dim(`publishing ${where} to ${to.shown}, Ctrl-C ends`));

  let refuse = (): void => {};
  tellReloads(registry, { json, style, print });
  registry.reload$.subscribe(({ type }) => {
    if (type !== "rejected") return;
    if (!json) print(`${where} is not published`);
    refuse();
  });
  const refused = new Promise<undefined>((resolve) => refuse = () => resolve(undefined));
  await using publication = nats.publishRegistry(registry, nats.connection, {
    bucket: to.bucket,
    replicas,
  });
  let failure: string | undefined;
  publication.publish$.subscribe((event) => {
    if (json) print(printableJson(event));
    // While a server is away, every attempt fails alike.
    else if (event.type === "published" || event.error !== failure) {
      print(publishText(event, to.shown, once, style));
    }
    failure = event.type === "failed" ? event.error : undefined;
  });
  if (once) {
    const event = await Promise.race([firstOf(publication), refused, interrupted.promise]);
    return event?.type === "published" && first.success ? 0 : 1;
  }
  await interrupted.promise;
  if (!json) print(style.dim("\nstopped"));
  return 0;
}

function replicasOf({ replicas }: FlagValues): number | undefined {
  if (replicas === undefined) return undefined;
  if (/^[1-5]$/.test(replicas)) return Number(replicas);
  throw new Misuse(`Expected --replicas to be 1 to 5, got "${replicas}"`);
}

function firstOf({ publish$ }: RegistryPublication): Promise<PublishEvent | undefined> {
  return new Promise((resolve) => {
    publish$.subscribe({ next: resolve, complete: () => resolve(undefined) });
  });
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
