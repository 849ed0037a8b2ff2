/** One way to change what is in a directory, which a watch on it has to find. */
export interface DirectoryChange {
  readonly name: string;
  /** What is watched, below the temporary directory. @default ["d/"] */
  readonly inputs?: readonly string[];
  /**
   * A shell script, run in the temporary directory before the watch is opened. `put ID LABEL FILE`
   * writes a registry of one agent. @default two files in `d`
   */
  readonly start?: string;
  /** The same for every change; `$i` counts the rounds from 1, and `$old` is one less. */
  readonly change: string;
  /** What the snapshot then holds, as `id=label`. */
  readonly agents: (round: number) => string;
  /** Programs that it needs. */
  readonly needs?: readonly string[];
  /** No event tells of it, at least on one runtime: it may take a poll. */
  readonly poll?: boolean;
  /** States in between are true as well, and may be published. */
  readonly several?: boolean;
}

export const START = `mkdir d; put a 0 d/a.yaml; put b 0 d/b.yaml`;
const REPOSITORY = `mkdir repo; cd repo; git init -q .; git config user.email a@b
  git config user.name a; git commit -q --allow-empty -m none; git branch none`;
const ids = (count: number, label: number): string =>
  Array.from({ length: count }, (_, at) => `f${at + 100}=${label}`).join(" ");

/** Every change is found, three times in a row, and is one reload. */
export const DIRECTORY_CHANGES: readonly DirectoryChange[] = [
  // Files.
  { name: "a file that is edited", change: `put a $i d/a.yaml`, agents: (i) => `a=${i} b=0` },
  {
    name: "a file that is saved by rename",
    change: `put a $i d/a.yaml.tmp; mv d/a.yaml.tmp d/a.yaml`,
    agents: (i) => `a=${i} b=0`,
  },
  {
    name: "a file that is new",
    change: `put c$i $i d/c$i.yaml`,
    agents: (i) => `a=0 b=0 ${["c1=1", "c2=2", "c3=3"].slice(0, i).join(" ")}`,
  },
  {
    name: "a file that is removed",
    start: `${START}; for k in 1 2 3; do put c$k 0 d/c$k.yaml; done`,
    change: `rm d/c$i.yaml`,
    agents: (i) => `a=0 b=0 ${["c1=0", "c2=0", "c3=0"].slice(i).join(" ")}`.trim(),
  },
  {
    name: "a file that is moved in",
    change: `rm -f d/c.yaml; put c $i c.yaml; mv c.yaml d/`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  {
    name: "a file that is moved out, and another in",
    start: `${START}; put c0 0 d/c0.yaml`,
    change: `put c$i $i c$i.yaml; mv d/c$old.yaml .; mv c$i.yaml d`,
    agents: (i) => `a=0 b=0 c${i}=${i}`,
  },
  {
    name: "a file that is renamed and edited",
    start: `${START}; put c 0 d/c0.yaml`,
    change: `mv d/c$old.yaml d/c$i.yaml; put c $i d/c$i.yaml`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  {
    name: "two files that exchange their names",
    change: `sed -i "s/label: .*/label: '$i'/" d/a.yaml; mv d/a.yaml d/t; mv d/b.yaml d/a.yaml
      mv d/t d/b.yaml`,
    agents: (i) => [`b=0 a=1`, `a=1 b=2`, `b=2 a=3`][i - 1]!,
  },
  {
    name: "a file of another kind",
    change: `rm -f d/c.*; put c $i d/c.$(echo . yml YAML yaml | cut -d' ' -f$((i + 1)))`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  {
    name: "a save by vim",
    needs: ["vim"],
    change: `put a $i new; vim -es -N -u NONE -i NONE -c 'set backupcopy=no backup swapfile' \\
      -c '%d' -c '0r new' -c 'wq' d/a.yaml`,
    agents: (i) => `a=${i} b=0`,
  },
  // Directories.
  {
    name: "a new subdirectory with a file",
    change: `mkdir -p d/c$i/e/f && put c $i d/c$i/e/f/c.yaml; rm -rf d/c$old`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  {
    name: "a new subdirectory that slowly comes to a file",
    change: `rm -rf d/c; for k in c c/e c/e/f; do mkdir d/$k; sleep 0.07; done
      put c $i d/c/e/f/c.yaml`,
    agents: (i) => `a=0 b=0 c=${i}`,
    several: true,
  },
  {
    name: "a subdirectory that is moved in, edited, and moved out",
    change: `mkdir e; put c x e/c.yaml; mv e d/; sleep 0.2; put c $i d/e/c.yaml; sleep 0.2
      put b $i d/b.yaml; mv d/e e$i`,
    agents: (i) => `a=0 b=${i}`,
    several: true,
  },
  {
    name: "a subdirectory that is renamed",
    start: `${START}; mkdir d/c0; put c 0 d/c0/c.yaml`,
    change: `mv d/c$old d/c$i; put c $i d/c$i/c.yaml`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  {
    name: "the directory, missing at start",
    inputs: ["x/d/"],
    start: ":",
    change: `rm -rf x; mkdir -p x/d; put a $i x/d/a.yaml`,
    agents: (i) => `a=${i}`,
    several: true,
  },
  {
    name: "the directory, removed and made again",
    change: `rm -r d; mkdir d; put a $i d/a.yaml`,
    agents: (i) => `a=${i}`,
    several: true,
  },
  {
    name: "the directory, moved away and back",
    change: `mv d e; sleep 0.15; put a $i e/a.yaml; mv e d`,
    agents: (i) => `a=${i} b=0`,
    several: true,
  },
  {
    name: "the directory, replaced by another",
    poll: true,
    change: `mkdir e; put c $i e/c.yaml; mv d old$i; mv e d`,
    agents: (i) => `c=${i}`,
    several: true,
  },
  {
    name: "a directory in place of a file, and a file again",
    inputs: ["d"],
    start: `put a 0 d`,
    change: `if [ -d d ]; then mv d d$i; put a $i d; else rm d; mkdir d; put a $i d/a.yaml; fi`,
    agents: (i) => `a=${i}`,
    several: true,
  },
  {
    name: "a directory that may not be listed for a while",
    change: `chmod 000 d; sleep 0.1; put a $i d/a.yaml; chmod 755 d`,
    agents: (i) => `a=${i} b=0`,
    several: true,
  },
  // Links.
  {
    name: "ConfigMap: ..data swapped",
    start: `mkdir -p d/..0; put a 0 d/..0/a.yaml; put b 0 d/..0/b.yaml; ln -s ..0 d/..data
      ln -s ..data/a.yaml ..data/b.yaml d`,
    change: `cd d; mkdir ..$i; put a $i ..$i/a.yaml; put b $i ..$i/b.yaml; ln -s ..$i ..data_tmp
      mv -T ..data_tmp ..data; rm -r ..$old`,
    agents: (i) => `a=${i} b=${i}`,
  },
  {
    name: "ConfigMap: a key that comes with the swap",
    start: `mkdir -p d/..0; put a 0 d/..0/a.yaml; ln -s ..0 d/..data; ln -s ..data/a.yaml d`,
    change: `cd d; mkdir ..$i; put a $i ..$i/a.yaml; put k$i 0 ..$i/k$i.yaml; ln -s ..$i ..data_tmp
      mv -T ..data_tmp ..data; ln -s ..data/k$i.yaml .; rm -r ..$old; rm -f k$old.yaml`,
    agents: (i) => `a=${i} k${i}=0`,
  },
  {
    name: "the target of a link in it",
    start: `${START}; mkdir e; put c 0 e/c; ln -s ../e/c d/c.yaml`,
    change: `put c $i e/new; mv e/new e/c`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  {
    name: "a linked directory in it, whose file is edited, and which is re-pointed",
    start: `${START}; for k in 0 1 2 3; do mkdir e$k; put c $k e$k/c.yaml; done; ln -s ../e0 d/e`,
    poll: true,
    change: `ln -s ../e$i t; mv -T t d/e; sleep 0.2; put c x$i e$i/c.yaml`,
    agents: (i) => `a=0 b=0 c=x${i}`,
    several: true,
  },
  {
    name: "files in a circle of links",
    start: `${START}; ln -s . d/here; ln -s .. d/up; mkdir d/e; ln -s .. d/e/back`,
    change: `put c $i d/e/c.yaml`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  // Globs.
  {
    name: "what a glob matches",
    inputs: ["d/*.yaml"],
    start: `${START}; mkdir d/e; put x 0 d/e/x.yaml; put x 0 d/x.json`,
    change: `put c $i d/t; mv d/t d/c.yaml; put y 0 d/e/y.yaml; put y 0 d/y.yml`,
    agents: (i) => `a=0 b=0 c=${i}`,
  },
  {
    name: "what a glob finds in directories that come later",
    inputs: ["d/*/conf/{agents,more}.yaml", "d/**/last.y[a-z]ml"],
    start: `mkdir -p d/x/conf; put a 0 d/x/conf/agents.yaml`,
    change: `mkdir -p d/y$i/conf; put b $i d/y$i/conf/more.yaml; put c $i d/y$i/last.yaml
      rm -rf d/y$old`,
    agents: (i) => `a=0 b=${i} c=${i}`,
    several: true,
  },
  {
    name: "what a glob names that is hidden",
    inputs: ["d/.agents/*.yaml"],
    start: `mkdir -p d/.agents d/.other; put a 0 d/.agents/a.yaml; put x 0 d/.other/a.yaml`,
    change: `put b $i d/.agents/b.yaml`,
    agents: (i) => `a=0 b=${i}`,
  },
  {
    name: "what is spelled like a glob, and is there",
    inputs: ["d/[ab].yaml"],
    change: `if [ -e 'd/[ab].yaml' ]; then rm 'd/[ab].yaml'; put a $i d/a.yaml
      else put c $i 'd/[ab].yaml'; fi`,
    agents: (i) => [`c=1`, `a=2 b=0`, `c=3`][i - 1]!,
    several: true,
  },
  {
    name: "files, directories and globs, mixed",
    inputs: ["one.yaml", "d/", "e/*.yml", "d/a.yaml"],
    start: `${START}; mkdir e; put e 0 e/e.yml; put one 0 one.yaml`,
    change: `put one $i one.yaml; put a $i d/a.yaml; put e $i e/e.yml`,
    agents: (i) => `one=${i} a=${i} b=0 e=${i}`,
  },
  // Many.
  {
    name: "git checkout of 50 files",
    needs: ["git"],
    inputs: ["repo/d/"],
    start: `${REPOSITORY}
      for k in 3 2 1 0; do git checkout -q -b b$k none; mkdir -p d/sub$k
        for n in $(seq 100 149); do put f$n $k d/f$n.yaml; done; put z $k d/sub$k/z.yaml
        git add . && git commit -q -m b$k; done`,
    change: `cd repo; git checkout -q b$i`,
    agents: (i) => `${ids(50, i)} z=${i}`,
  },
  {
    name: "200 files at once",
    start: "mkdir d; put a 0 d/a.yaml",
    change: `for n in $(seq 100 299); do put f$n $i d/f$n.yaml; done`,
    agents: (i) => `a=0 ${ids(200, i)}`,
    several: true,
  },
];

/** Nothing of this is a change: no revision comes of it. */
export const NO_DIRECTORY_CHANGES: readonly DirectoryChange[] = [
  [
    "names that are passed over",
    `for k in .a.yaml .a.yaml.swp a.yaml~ a.yaml.swp a.yaml.tmp a.yaml.bak a.yaml.orig 4913 '#a.yaml#' \\
      README.md License.md a.yaml___jb_tmp___ a.yaml___jb_old___; do put x $i "d/$k"; done
      ln -sf nowhere d/.#a.yaml; mkdir -p d/node_modules/x d/..2024_01 d/.git
      put x $i d/node_modules/x/x.yaml; put x $i d/..2024_01/x.yaml; put x $i d/.git/x.yaml`,
  ],
  ["other files", `put x $i d/x.txt; put x $i d/x; mkdir -p d/y; put x $i d/y/x.toml; rm d/x`],
  ["a file that is renamed", `mv d/b*.yaml d/b$i.yaml`],
  ["a file that is moved to another directory", `mkdir d/y$i; mv $(find d -name b.yaml) d/y$i`],
  ["touch and chmod", `touch d d/a.yaml; chmod 700 d; chmod 755 d`],
  ["a file that comes and goes", `put x $i d/x.yaml; rm d/x.yaml`],
  ["empty directories", `mkdir -p d/x$i/y; rm -rf d/x$old`],
].map(([name, change]) => ({
  name: name!,
  change: change!,
  agents: (round) => `a=${round} b=0`,
}));
