// An npm registry on this machine, for rehearsals: it takes what is published to it, gives it back, and
// passes on whatever else is asked for to the registry that npm is set to.
import { createServer } from "node:http";
import { Buffer } from "node:buffer";

/**
 * @param upstream the URL of the registry to ask for everything else
 * @returns its URL, what was asked of it for packages of its own, and how to end it
 */
export async function startRegistry(upstream) {
  const packuments = new Map();
  const tarballs = new Map();
  const asked = [];
  const server = createServer(async (request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url, url).pathname).slice(1);
      const own = packuments.get(path) ?? tarballs.get(path);
      if (request.method === "PUT") {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        publish(JSON.parse(Buffer.concat(chunks)));
        response.writeHead(201, { "content-type": "application/json" }).end('{"ok":true}');
      } else if (own !== undefined) {
        asked.push(path);
        response.end(Buffer.isBuffer(own) ? own : JSON.stringify(own));
      } else {
        const { accept = "*/*" } = request.headers;
        const answer = await fetch(new URL(request.url.slice(1), upstream), {
          headers: { accept },
        });
        const type = answer.headers.get("content-type") ?? "application/json";
        const bytes = Buffer.from(await answer.arrayBuffer());
        response.writeHead(answer.status, { "content-type": type });
        // What it names is asked for here, too.
        response.end(type.includes("json") ? String(bytes).replaceAll(upstream, url) : bytes);
      }
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${server.address().port}/`;

  function publish({ _attachments, ...packument }) {
    for (const [version, manifest] of Object.entries(packument.versions)) {
      const [attachment] = Object.values(_attachments);
      const path = `${packument.name}/-/${version}.tgz`;
      tarballs.set(path, Buffer.from(attachment.data, "base64"));
      manifest.dist.tarball = url + path;
    }
    packuments.set(packument.name, packument);
  }

  return {
    url,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
