/** A file of the console page. */
export interface ConsoleFile {
  /** Its media type. */
  readonly type: string;
  /** Its text. */
  readonly text: string;
}

/** The files of the console page, by their path below the server's base; `""` is the page itself. */
export const CONSOLE_PAGE: Readonly<Record<string, ConsoleFile>> = {
  "": {
    type: "text/html; charset=utf-8",
    text: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Agent registry</title>
<h1>Agent registry</h1>
<ul>
<li><a href="agents">agents</a></li>
<li><a href="status">status</a></li>
<li><a href="history">history</a></li>
<li><a href="openapi.json">openapi.json</a></li>
</ul>
</html>
`,
  },
};
